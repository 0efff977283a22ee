package dev.nivel.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest erasures: what a write that is overtaken by one must not bring back (I5, I12). One
 * that a store accepted before the erasure may be slow to be kept by the node that made it. L3
 * knows older ones, too, and refuses what comes back after them. Not safe for use by several
 * threads.
 */
public final class EraseMarks {
  private static final int MARKS_MAX = 10_000;

  private final Map<String, Stamp> marks = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Stamp> eldest) {
      return size() > MARKS_MAX;
    }
  };

  /** Notes that what is not newer than a stamp is erased. */
  public void add(String conversation, Stamp stamp) {
    Stamp before = marks.remove(conversation); // the latest go last
    marks.put(conversation, before == null ? stamp : Stamp.newer(before, stamp));
  }

  /** Whether a field is erased. */
  public boolean cover(String conversation, Field field) {
    return !field.stamp().isNewerThan(erased(conversation));
  }

  /** Those of the fields that are not erased; the same list if none is. */
  public <F extends Field> List<F> uncovered(String conversation, List<F> fields) {
    Stamp erased = erased(conversation);
    if (!erased.isSome() || fields.stream().allMatch(field -> field.stamp().isNewerThan(erased))) {
      return fields;
    }
    return fields.stream().filter(field -> field.stamp().isNewerThan(erased)).toList();
  }

  /** Up to which stamp a conversation is erased; none if that is not known, or not any more. */
  public Stamp erased(String conversation) {
    return marks.getOrDefault(conversation, Stamp.NONE);
  }
}
