package dev.nivel;

import dev.nivel.journal.Place;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the journal has what the outbox holds. Guarded by the outbox's lock. */
final class Places {
  /** Pending, and not in the journal, which refused them or lost them. */
  private final LinkedHashSet<OutboxRecord> unjournaled = new LinkedHashSet<>();
  /** By place: how many records there the journal need not keep any more. */
  private final Map<Place, Integer> released = new HashMap<>();

  /** A record is at a place now, and no longer where it was; null = the journal lacks it. */
  void put(OutboxRecord record, @Nullable Place place) {
    if (record.isGone) {
      release(place, 1);
    } else if (place != null) {
      release(record.place, 1);
      record.place = place;
      unjournaled.remove(record);
    } else if (record.isPending) {
      unjournaled.add(record);
    }
  }

  /**
   * A newer version that the journal lacks takes over the place of an older one, which the journal
   * keeps until it has the newer: a crash may lose only what it was said not to have (I1).
   */
  static void inherit(OutboxRecord newer, OutboxRecord older) {
    newer.place = older.place;
    older.place = null;
  }

  /** The journal need not keep a record any more. */
  void remove(OutboxRecord record) {
    unjournaled.remove(record);
    release(record.place, 1);
    record.place = null;
  }

  /** The journal need not keep so many records at a place. */
  void release(@Nullable Place place, int count) {
    if (place != null) {
      released.merge(place, count, Integer::sum);
    }
  }

  /** L3 has a record: the journal need not get it any more. */
  void committed(OutboxRecord record) {
    unjournaled.remove(record);
  }

  /**
   * What the journal lacks, in the groups in which it is to be appended.
   *
   * @param limit how many records at most, and more than any group has; a group that it would
   *     divide is left out
   */
  List<List<OutboxRecord>> unjournaled(int limit) {
    List<List<OutboxRecord>> groups = OutboxIndex.groups(unjournaled.stream().limit(limit));
    return unjournaled.size() <= limit ? groups : groups.subList(0, groups.size() - 1);
  }

  /** What was released since the last call. */
  Map<Place, Integer> takeReleased() {
    Map<Place, Integer> taken = Map.copyOf(released);
    released.clear();
    return taken;
  }

  /**
   * Leaves a place: what L3 has need not be kept there any more.
   *
   * @return what is pending of it, in the groups in which it is to be appended
   */
  List<List<OutboxRecord>> leave(Place place, Collection<OutboxRecord> records) {
    List<OutboxRecord> there = records.stream()
        .filter(record -> place.equals(record.place))
        .toList();
    there.stream().filter(record -> !record.isPending).forEach(this::remove);
    return OutboxIndex.groups(there.stream().filter(record -> record.isPending));
  }
}
