package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The home of each bucket: its master, and the generation of its data there: which life of Redis
 * they come from. A generation consists of the master's fingerprint, which changes with every
 * restart and failover, and a random part, which changes when the key itself was lost (FLUSHALL). A
 * master whose generation of a bucket does not begin with its own fingerprint has restarted since,
 * or has taken the bucket over, perhaps with older data, and gets a new generation; what it holds
 * from before is then compared with L3 before it is believed. Safe for use by several threads.
 */
final class Generations {
  private static final String START = Script.resource("generation.lua");

  private final AtomicReferenceArray<@Nullable Home> homes = new AtomicReferenceArray<>(
      RedisKeys.BUCKETS);
  private final SecureRandom random = new SecureRandom();
  private final Connector connector;
  private volatile Runnable onNew = () -> {};
  private volatile Runnable onMove = () -> {};

  Generations(Connector connector) {
    this.connector = connector;
  }

  /** Names what else is to be run when a bucket has a generation that this node did not know. */
  void onNew(Runnable action) {
    Runnable others = onNew;
    onNew = () -> {
      others.run();
      action.run();
    };
  }

  /** Names what is to be run when a bucket has another master, whose changes were not heard. */
  void onMove(Runnable action) {
    onMove = action;
  }

  /**
   * Where a bucket is.
   *
   * @throws UnavailableException if that is not known yet
   */
  Home home(int bucket) {
    @Nullable Home home = homes.get(bucket);
    if (home == null) {
      throw new UnavailableException("Redis is not connected");
    }
    return home;
  }

  /** The master of a bucket, as far as this node knows. */
  Optional<Master> masterOf(int bucket) {
    return Optional.ofNullable(homes.get(bucket)).map(Home::master);
  }

  /** The generation of a bucket, as far as this node knows. */
  String of(int bucket) {
    @Nullable Home home = homes.get(bucket);
    return home == null ? "" : home.generation();
  }

  /** A hash of the generations of all buckets, as far as this node knows: 12 hexadecimal digits. */
  String digest() {
    return Fingerprint.of(IntStream.range(0, RedisKeys.BUCKETS)
        .mapToObj(this::of)
        .collect(Collectors.joining(" ")));
  }

  /**
   * Compares buckets with what their master has, starts generations where its data are of another
   * life, and makes it their home.
   *
   * @param commands of a connection to the master
   */
  void verify(Master master, RedisAsyncCommands<byte[], byte[]> commands, BitSet buckets) {
    Map<List<Integer>, RedisFuture<List<KeyValue<byte[], byte[]>>>> replies = new LinkedHashMap<>();
    groups(master, buckets).forEach(group -> replies.put(group, commands.mget(group.stream()
        .map(RedisKeys::generation)
        .toArray(byte[][]::new))));
    Adoption adoption = new Adoption();
    try {
      replies.forEach((group, reply) -> {
        List<String> held = await(reply, master);
        if (!held.isEmpty()) {
          ScriptReply.requireSize(group.size(), held, "generations");
        }
        for (int i = 0; i < held.size(); i++) {
          int bucket = group.get(i);
          adoption.take(bucket,
              new Home(master, valid(master, commands, bucket, held.get(i))));
        }
      });
    } finally {
      adoption.end();
    }
  }

  /** The generations that a master has, "" for none; no list if they are on the move. */
  private List<String> await(RedisFuture<List<KeyValue<byte[], byte[]>>> reply, Master master) {
    try {
      return connector.await("L2 generations", reply)
          .stream()
          .map(held -> held.hasValue() ? RedisKeys.text(held.getValue()) : "")
          .toList();
    } catch (UnavailableException e) {
      if (isUnderWay(e, master)) {
        return List.of();
      }
      throw e;
    }
  }

  /** The generation has gone ahead to the master that gets the bucket; it stays the same. */
  private static boolean isUnderWay(UnavailableException refusal, Master master) {
    @Nullable Redirection redirection = Redirection.of(RedisErrors.replyIn(refusal),
        master.address());
    return redirection != null && redirection.kind() == Redirection.Kind.ASK;
  }

  /** In a cluster a command may name keys of one bucket only. */
  private static List<List<Integer>> groups(Master master, BitSet buckets) {
    List<Integer> all = buckets.stream().boxed().toList();
    return master.facts().isOfCluster() ? all.stream().map(List::of).toList() : List.of(all);
  }

  /** Follows a bucket to the master that has it now. */
  void follow(int bucket, Master master) {
    BitSet one = new BitSet();
    one.set(bucket);
    verify(master, master.commands(), one);
  }

  /**
   * Learns a bucket's generation from a script that found another one than this node knew.
   *
   * @param master the bucket's present one
   * @param present what it found; empty = none
   */
  void adopt(int bucket, Master master, String present) {
    Adoption adoption = new Adoption();
    adoption.take(bucket, new Home(master, valid(master, master.commands(), bucket, present)));
    adoption.end();
  }

  /** What this node gets to know of new, announced before it is believed and after. */
  private final class Adoption {
    private final List<Runnable> announcements = new ArrayList<>();

    void take(int bucket, Home next) {
      @Nullable Home known = homes.get(bucket);
      if (next.equals(known)) {
        return;
      }
      if (!next.generation().equals(of(bucket))) {
        announce(onNew); // before anybody takes what is missing there for absent
      }
      if (known != null && !known.master().equals(next.master())) {
        announce(onMove); // before the new master's change channel vouches for what is cached
      }
      homes.set(bucket, next);
    }

    private void announce(Runnable news) {
      if (!announcements.contains(news)) {
        announcements.add(news);
        news.run();
      }
    }

    void end() {
      announcements.forEach(Runnable::run); // what happened meanwhile rested upon a former one
    }
  }

  private String valid(Master master, RedisAsyncCommands<byte[], byte[]> commands, int bucket,
      String present) {
    String prefix = master.facts().fingerprint() + ".";
    return present.startsWith(prefix) ? present : start(prefix, commands, bucket, present);
  }

  private String start(String prefix, RedisAsyncCommands<byte[], byte[]> commands, int bucket,
      String present) {
    byte[] nonce = new byte[4];
    random.nextBytes(nonce);
    String next = prefix + HexFormat.of().formatHex(nonce);
    RedisFuture<byte[]> reply = commands.eval(START, ScriptOutputType.VALUE,
        new byte[][]{RedisKeys.generation(bucket)}, RedisKeys.ascii(present),
        RedisKeys.ascii(next));
    return RedisKeys.text(connector.await("starting a generation", reply));
  }
}
