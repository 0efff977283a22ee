package dev.nivel.bench.l1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a hit can't do without where conversations have entries, in plain maps and nothing else:
 * look up the one and then the other, see whether memory is to be believed and the time to live is
 * not over, say that the conversation was used, and count. It never evicts, nothing makes it stale,
 * and its count is wrong where threads share a cell.
 */
final class LeastWork implements Cache {
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int CELLS = 64;
  private static final int CELL_SPACING = 16;

  private final ConcurrentHashMap<String, Held> conversations = new ConcurrentHashMap<>();
  private final long[] counts = new long[CELLS * CELL_SPACING];
  private final long expiresAtTick = TTL.toMillis();
  private volatile boolean isFresh = true;
  private volatile long tick = 1;

  /** A conversation. */
  private static final class Held {
    private final Map<String, byte[]> entries;
    private final long expiresAtTick;
    private volatile long usedAtTick;

    Held(Map<String, byte[]> entries, long expiresAtTick) {
      this.entries = entries;
      this.expiresAtTick = expiresAtTick;
    }
  }

  @Override
  public @Nullable Object get(String conversation) {
    @Nullable Held held = conversations.get(conversation);
    long now = tick;
    if (held == null || !isFresh || now >= held.expiresAtTick) {
      return null;
    }
    if (held.usedAtTick != now) {
      held.usedAtTick = now;
    }
    int cell = ((int) Thread.currentThread().threadId() & (CELLS - 1)) * CELL_SPACING;
    LONGS.setOpaque(counts, cell, (long) LONGS.getOpaque(counts, cell) + 1);
    return held.entries.get(ENTRY);
  }

  @Override
  public void put(String conversation, byte[] value) {
    conversations.put(conversation, new Held(Map.of(ENTRY, value), expiresAtTick));
  }
}
