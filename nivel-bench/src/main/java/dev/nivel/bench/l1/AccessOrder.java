package dev.nivel.bench.l1;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own exact LRU under one lock, with a time to live: what a put into a full
 * cache can't do without where the least recently used one is to go, and nothing else. Reads take
 * the lock too.
 */
final class AccessOrder implements Cache {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  /** Guarded by lock. */
  private final Map<String, Held> conversations = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Held> eldest) {
      return size() > capacity;
    }
  };

  private record Held(byte[] value, long expiresAtNanos) {}

  AccessOrder(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public @Nullable Object get(String conversation) {
    lock.lock();
    try {
      @Nullable Held held = conversations.get(conversation);
      if (held == null || System.nanoTime() - held.expiresAtNanos >= 0) {
        return null;
      }
      return held.value;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void put(String conversation, byte[] value) {
    Held held = new Held(value, System.nanoTime() + TTL.toNanos());
    lock.lock();
    try {
      conversations.put(conversation, held);
    } finally {
      lock.unlock();
    }
  }
}
