package dev.nivel.faults.history;

import java.util.List;
import java.util.Map;

/**
 * What a read has returned.
 *
 * @param entries by name; what is not there is absent, as far as it was asked for
 * @param hasMore whether there are items besides these
 */
public record Seen(Map<String, Version> entries, List<Version> items, boolean hasMore) {
  /** Nothing. */
  public static final Seen NOTHING = new Seen(Map.of(), List.of(), false);
}
