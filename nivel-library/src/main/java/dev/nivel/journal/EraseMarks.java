package dev.nivel.journal;

import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest erasures: what an append that is overtaken by one must not bring back (I12). Guarded
 * by the lock of {@link Segments}.
 */
final class EraseMarks {
  private static final int MARKS_MAX = 10_000;

  private final Map<String, Stamp> marks = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Stamp> eldest) {
      return size() > MARKS_MAX;
    }
  };

  void add(String conversation, Stamp stamp) {
    marks.merge(conversation, stamp, Stamp::newer);
  }

  /** Whether one of the fields is erased. */
  boolean cover(Group group) {
    Stamp erased = marks.getOrDefault(group.conversation(), Stamp.NONE);
    return erased.isSome()
        && group.fields().stream().anyMatch(field -> !field.stamp().isNewerThan(erased));
  }

  /** Those of the fields that are not erased. */
  List<? extends Field> uncovered(Group group) {
    Stamp erased = marks.getOrDefault(group.conversation(), Stamp.NONE);
    return group.fields().stream().filter(field -> field.stamp().isNewerThan(erased)).toList();
  }
}
