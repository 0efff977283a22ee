package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The scripts that are called over one connection: a queue for each script, in a cluster for each
 * script and bucket, for there a command may name keys of one slot only. When the connection
 * breaks, what waits fails without having been sent. Safe for use by several threads.
 */
final class Batches {
  private static final int ANY = -1;

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final boolean isOfCluster;
  private final ConcurrentMap<Shared, GroupCommit> queues = new ConcurrentHashMap<>();

  /** What the calls of a queue have in common. */
  private record Shared(Script script, int bucket) {}

  Batches(StatefulRedisConnection<byte[], byte[]> connection, boolean isOfCluster) {
    this.connection = connection;
    this.isOfCluster = isOfCluster;
  }

  /** The queue of a script's calls for a bucket. */
  GroupCommit of(Script script, int bucket) {
    Shared shared = new Shared(script, isOfCluster ? bucket : ANY);
    return queues.computeIfAbsent(shared, unused -> new GroupCommit(batch -> send(script, batch)));
  }

  private CompletionStage<BatchReply> send(Script script, List<Turn> batch) {
    if (!connection.isOpen()) {
      return CompletableFuture.failedFuture(
          new UnavailableException("the connection to Redis broke before it was sent"));
    }
    byte[][] keys = all(batch, Turn::keys);
    byte[][] arguments = all(batch, Turn::arguments);
    try {
      return connection.async()
          .<byte[]>evalsha(script.digest(), ScriptOutputType.VALUE, keys, arguments)
          .thenApply(text -> BatchReply.parse(script, text, batch.size()));
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static byte[][] all(List<Turn> batch, Function<Turn, byte[][]> part) {
    return batch.stream().flatMap(turn -> Stream.of(part.apply(turn))).toArray(byte[][]::new);
  }
}
