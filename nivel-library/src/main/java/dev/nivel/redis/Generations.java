package dev.nivel.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The generation of each bucket's data: which life of Redis they come from. It consists of the
 * server's fingerprint, which changes with every restart and failover, and a random part, which
 * changes when the key itself was lost (FLUSHALL). A server whose generation does not begin with
 * its own fingerprint has restarted since, perhaps with older data, and gets a new generation; what
 * it holds from before is then compared with L3 before it is believed. Safe for use by several
 * threads.
 */
final class Generations {
  private static final String START = Script.resource("generation.lua");

  private final AtomicReferenceArray<String> known = new AtomicReferenceArray<>(RedisKeys.BUCKETS);
  private final SecureRandom random = new SecureRandom();
  private final RedisLink link;
  private volatile String fingerprint = "";
  private volatile Runnable onNew = () -> {};

  Generations(RedisLink link) {
    this.link = link;
    for (int bucket = 0; bucket < RedisKeys.BUCKETS; bucket++) {
      known.set(bucket, "");
    }
  }

  /** Names what is to be run when a bucket has a generation that this node did not know. */
  void onNew(Runnable action) {
    onNew = action;
  }

  /** The generation of a bucket, as far as this node knows. */
  String of(int bucket) {
    return known.get(bucket);
  }

  /** A hash of the generations of all buckets, as far as this node knows: 12 hexadecimal digits. */
  String digest() {
    return Fingerprint.of(IntStream.range(0, RedisKeys.BUCKETS)
        .mapToObj(known::get)
        .collect(Collectors.joining(" ")));
  }

  /**
   * Compares all buckets with the server behind a new connection, and starts generations where its
   * data are of another life.
   */
  void verify(RedisAsyncCommands<byte[], byte[]> commands, ServerFacts facts) {
    fingerprint = facts.fingerprint();
    byte[][] keys = IntStream.range(0, RedisKeys.BUCKETS)
        .mapToObj(RedisKeys::generation)
        .toArray(byte[][]::new);
    Adoption adoption = new Adoption();
    try {
      int bucket = 0;
      for (KeyValue<byte[], byte[]> present : link.await("L2 generations", commands.mget(keys))) {
        byte @Nullable [] bytes = present.getValueOrElse(null);
        adoption.take(bucket, valid(commands, bucket, bytes == null ? "" : RedisKeys.text(bytes)));
        bucket++;
      }
    } finally {
      adoption.end();
    }
  }

  /**
   * Learns a bucket's generation from a script that found another one than this node knew.
   *
   * @param present what it found; empty = none
   */
  void adopt(RedisAsyncCommands<byte[], byte[]> commands, int bucket, String present) {
    Adoption adoption = new Adoption();
    adoption.take(bucket, valid(commands, bucket, present));
    adoption.end();
  }

  /** New generations that this node gets to know, announced before they are believed and after. */
  private final class Adoption {
    private boolean isAny;

    void take(int bucket, String generation) {
      if (generation.equals(known.get(bucket))) {
        return;
      }
      if (!isAny) {
        isAny = true;
        onNew.run(); // before anybody takes what is missing there for absent
      }
      known.set(bucket, generation);
    }

    void end() {
      if (isAny) {
        onNew.run(); // what was offered meanwhile went to a former one
      }
    }
  }

  private String valid(RedisAsyncCommands<byte[], byte[]> commands, int bucket, String present) {
    return present.startsWith(fingerprint + ".") ? present : start(commands, bucket, present);
  }

  private String start(RedisAsyncCommands<byte[], byte[]> commands, int bucket, String present) {
    byte[] nonce = new byte[4];
    random.nextBytes(nonce);
    String next = fingerprint + "." + HexFormat.of().formatHex(nonce);
    RedisFuture<byte[]> reply = commands.eval(START, ScriptOutputType.VALUE,
        new byte[][]{RedisKeys.generation(bucket)}, RedisKeys.ascii(present),
        RedisKeys.ascii(next));
    return RedisKeys.text(link.await("starting a generation", reply));
  }
}
