package dev.nivel.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call of a script that waits for its turn and then for its answer: the parts of its reply. */
final class Turn extends CompletableFuture<List<byte[]>> {
  private final GroupCommit queue;
  private final byte[][] keys;
  private final byte[][] arguments;
  private final int bytes;

  Turn(GroupCommit queue, byte[][] keys, byte[][] arguments) {
    this.queue = queue;
    this.keys = keys;
    this.arguments = arguments;
    bytes = bytesOf(keys) + bytesOf(arguments);
  }

  private static int bytesOf(byte[][] parts) {
    int bytes = 0;
    for (byte[] part : parts) {
      bytes += part.length;
    }
    return bytes;
  }

  byte[][] keys() {
    return keys;
  }

  byte[][] arguments() {
    return arguments;
  }

  /** How many bytes go to Redis. */
  int bytes() {
    return bytes;
  }

  /** Has it sent as soon as may be, with all that wait. */
  void depart() {
    queue.depart();
  }

  /** Has those who wait for it know the reply to their call of a batch, or the batch's failure. */
  void answer(@Nullable BatchReply reply, int call, @Nullable Throwable failure) {
    if (reply == null) {
      completeExceptionally(failure);
      return;
    }
    try {
      complete(reply.of(call));
    } catch (RedisCommandExecutionException e) {
      completeExceptionally(e);
    }
  }

  /** Gives it up; returns whether it is sure never to be sent. */
  boolean withdraw() {
    return queue.withdraw(this);
  }
}
