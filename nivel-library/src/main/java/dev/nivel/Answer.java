package dev.nivel;

import dev.nivel.store.Entry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read of one entry found.
 */
public final class Answer {
  private final @Nullable Entry entry;
  private final Level level;
  private final boolean isStale;

  Answer(@Nullable Entry entry, Level level, boolean isStale) {
    this.entry = entry;
    this.level = level;
    this.isStale = isStale;
  }

  /** The entry; empty if a level that knows said that there is none. */
  public Optional<Entry> entry() {
    return Optional.ofNullable(entry);
  }

  /** The same; null if there is none. */
  @Nullable
  Entry entryOrNull() {
    return entry;
  }

  /** The level that answered. */
  public Level level() {
    return level;
  }

  /** Whether a newer version may exist that was acknowledged over three seconds ago. */
  public boolean isStale() {
    return isStale;
  }

  /** The same, said to be stale if it is. */
  Answer stale(boolean isStaleNow) {
    return isStaleNow && !isStale ? new Answer(entry, level, true) : this;
  }
}
