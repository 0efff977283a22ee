package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue of calls of one script that share round trips. A call leaves at once if fewer than two
 * batches are on their way; else it waits, and leaves with the others that wait when one of these
 * returns. So a single caller never waits for others, and the more there are, the larger the
 * batches. Within a batch and between batches the order is that of arrival. The failure of a batch
 * is that of each of its calls. Owns no thread: batches leave on the threads of the callers and on
 * the one that brings the replies. Safe for use by several threads.
 */
final class GroupCommit {
  /** One travels while Redis works on the other. */
  static final int ON_THEIR_WAY_MAX = 2;
  /** Nobody else gets an answer from Redis while it works on a batch. */
  static final int CALLS_MAX = 32;
  static final int BYTES_MAX = 256 * 1_024;
  static final int WAITING_MAX = 4_096;

  private final Sender sender;
  private final Lock lock = new ReentrantLock();
  /** Guarded by the lock. */
  private final Deque<Turn> waiting = new ArrayDeque<>();
  /** Guarded by the lock. */
  private int onTheirWay;
  /** How often {@link #depart} was called since nobody was at it. */
  private final AtomicInteger wishes = new AtomicInteger();

  GroupCommit(Sender sender) {
    this.sender = sender;
  }

  /** How a batch reaches Redis. */
  interface Sender {
    /** Sends it; must neither block nor throw. */
    CompletionStage<BatchReply> send(List<Turn> batch);
  }

  /**
   * Adds a call, which leaves with the next {@link #depart}.
   *
   * @throws UnavailableException if too many wait
   */
  Turn enter(byte[][] keys, byte[][] arguments) {
    Turn turn = new Turn(this, keys, arguments);
    lock.lock();
    try {
      if (waiting.size() >= WAITING_MAX) {
        throw UnavailableException.busy(WAITING_MAX + " scripts wait to be sent to Redis");
      }
      waiting.add(turn);
    } finally {
      lock.unlock();
    }
    return turn;
  }

  /**
   * Has what waits leave, as far as it may. One thread sees to that at a time, for all who wish it
   * meanwhile: so batches leave in their order, and a line that is cut, whose batches come back at
   * once, does not make calls within calls.
   */
  void depart() {
    if (wishes.getAndIncrement() > 0) {
      return;
    }
    int granted = 1;
    do {
      for (List<Turn> batch = next(); !batch.isEmpty(); batch = next()) {
        send(batch);
      }
      granted = wishes.addAndGet(-granted);
    } while (granted > 0);
  }

  private void send(List<Turn> batch) {
    CompletionStage<?> unused = sender.send(batch)
        .whenComplete((reply, failure) -> arrive(batch, reply, failure));
  }

  private List<Turn> next() {
    lock.lock();
    try {
      if (onTheirWay >= ON_THEIR_WAY_MAX) {
        return List.of();
      }
      List<Turn> batch = take();
      onTheirWay += batch.isEmpty() ? 0 : 1;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** What fits into a batch; a call that is too large for any leaves alone. */
  private List<Turn> take() {
    List<Turn> batch = new ArrayList<>(Math.min(waiting.size(), CALLS_MAX));
    int bytes = 0;
    for (@Nullable Turn turn = waiting.peek(); turn != null; turn = waiting.peek()) {
      bytes += turn.bytes();
      if (batch.size() == CALLS_MAX || (bytes > BYTES_MAX && !batch.isEmpty())) {
        break;
      }
      batch.add(waiting.remove());
    }
    return batch;
  }

  /** The next batch leaves before anybody looks at the replies. */
  private void arrive(List<Turn> batch, @Nullable BatchReply reply,
      @Nullable Throwable failure) {
    lock.lock();
    try {
      onTheirWay--;
    } finally {
      lock.unlock();
    }
    depart();
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer(reply, i, failure);
    }
  }

  /** Takes back a call that nobody waits for any more; false if it has left. */
  boolean withdraw(Turn turn) {
    lock.lock();
    try {
      return waiting.remove(turn);
    } finally {
      lock.unlock();
    }
  }
}
