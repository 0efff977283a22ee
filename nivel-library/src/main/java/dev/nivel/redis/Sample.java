package dev.nivel.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Some of the values that were encoded lately, in bounded memory: each byte that passes has the
 * same chance to be among them, but that older ones give way in the long run. Whoever finds it in
 * use goes on without it: nobody waits. Safe for use by several threads.
 */
final class Sample {
  /** How many bytes are kept. */
  static final int BYTES_MAX = 1 << 20;
  /** Values outside of these lengths are not kept. */
  static final int VALUE_BYTES_MIN = 16;
  static final int VALUE_BYTES_MAX = 8 << 10;
  /** As if no more had passed: a newcomer has one chance in so many at least. */
  private static final int ODDS_MAX = 4;

  private record Piece(String conversation, byte[] value) {}

  private final ReentrantLock lock = new ReentrantLock();
  /** Guarded by the lock. */
  private final List<Piece> pieces = new ArrayList<>();
  /** Guarded by the lock. */
  private final SplittableRandom random;
  /** Written under the lock. */
  private final AtomicLong erasures = new AtomicLong();
  /** Written under the lock. */
  private final AtomicLong seenBytes = new AtomicLong();
  /** Written under the lock. */
  private final AtomicInteger bytes = new AtomicInteger();

  Sample(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Perhaps keeps a value.
   *
   * @param erasuresBefore {@link #erasures} from before it was stored; if anything was forgotten
   *     since, it is not kept
   */
  void offer(String conversation, byte[] value, long erasuresBefore) {
    if (value.length < VALUE_BYTES_MIN || value.length > VALUE_BYTES_MAX || !lock.tryLock()) {
      return;
    }
    try {
      if (erasures.get() != erasuresBefore) {
        return;
      }
      long seen = seenBytes.addAndGet(value.length);
      long odds = Math.min(seen, (long) ODDS_MAX * BYTES_MAX);
      if (odds > BYTES_MAX && random.nextLong(odds) >= BYTES_MAX) {
        return;
      }
      while (bytes.get() + value.length > BYTES_MAX) {
        removeAt(random.nextInt(pieces.size()));
      }
      pieces.add(new Piece(conversation, value));
      bytes.addAndGet(value.length);
    } finally {
      lock.unlock();
    }
  }

  /** The last one takes the place of the one that goes. */
  private void removeAt(int index) {
    bytes.addAndGet(-pieces.get(index).value().length);
    Piece last = pieces.remove(pieces.size() - 1);
    if (index < pieces.size()) {
      pieces.set(index, last);
    }
  }

  /** Keeps nothing of a conversation any more (I12). */
  void forget(String conversation) {
    lock.lock();
    try {
      erasures.incrementAndGet();
      for (int i = pieces.size() - 1; i >= 0; i--) {
        if (pieces.get(i).conversation().equals(conversation)) {
          removeAt(i);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** How often {@link #forget} was called. */
  long erasures() {
    return erasures.get();
  }

  /** How many bytes of values that could be kept have passed. */
  long seenBytes() {
    return seenBytes.get();
  }

  /** How many bytes are kept. */
  int bytes() {
    return bytes.get();
  }

  /** What is kept, by conversation. */
  List<List<byte[]>> conversations() {
    Map<String, List<byte[]>> all = new LinkedHashMap<>();
    lock.lock();
    try {
      pieces.forEach(piece -> all.computeIfAbsent(piece.conversation(), id -> new ArrayList<>())
          .add(piece.value()));
    } finally {
      lock.unlock();
    }
    return List.copyOf(all.values());
  }
}
