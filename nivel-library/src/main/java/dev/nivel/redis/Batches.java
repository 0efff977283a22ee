package dev.nivel.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
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
 * breaks, what is on its way fails, and what waits with it. Safe for use by several threads.
 */
final class Batches {
  private static final int ANY = -1;

  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final boolean isOfCluster;
  private final ConcurrentMap<Shared, GroupCommit> queues = new ConcurrentHashMap<>();

  /** What the calls of a queue have in common. */
  private record Shared(Script script, int bucket) {}

  Batches(RedisAsyncCommands<byte[], byte[]> commands, boolean isOfCluster) {
    this.commands = commands;
    this.isOfCluster = isOfCluster;
  }

  /** The queue of a script's calls for a bucket. */
  GroupCommit of(Script script, int bucket) {
    Shared shared = new Shared(script, isOfCluster ? bucket : ANY);
    return queues.computeIfAbsent(shared, unused -> new GroupCommit(batch -> send(script, batch)));
  }

  private CompletionStage<BatchReply> send(Script script, List<Turn> batch) {
    byte[][] keys = all(batch, Turn::keys);
    byte[][] arguments = all(batch, Turn::arguments);
    try {
      return commands.<byte[]>evalsha(script.digest(), ScriptOutputType.VALUE, keys, arguments)
          .thenApply(text -> BatchReply.parse(script, text, batch.size()));
    } catch (RuntimeException e) { // whatever it is, nobody may wait for a batch that has not left
      return CompletableFuture.failedFuture(e);
    }
  }

  private static byte[][] all(List<Turn> batch, Function<Turn, byte[][]> part) {
    return batch.stream().flatMap(turn -> Stream.of(part.apply(turn))).toArray(byte[][]::new);
  }
}
