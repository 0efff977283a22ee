package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures how far the reads of a conversation lag behind acknowledged writes (I4), with the clock
 * of this process, which all clients share. Whether they lag too far is for others to judge.
 */
final class LagMeter {
  private final ConversationHistory history;
  private final Map<String, List<Written>> entryWrites = new HashMap<>();
  private final Map<String, Removals> removals = new HashMap<>();
  private final List<Written> itemWrites;

  LagMeter(ConversationHistory history) {
    this.history = history;
    itemWrites = acknowledged(history.itemWrites());
  }

  private List<Written> acknowledged(List<Written> writes) {
    return writes.stream()
        .filter(written -> written.operation().isOk() && history.mustStay(written))
        .toList();
  }

  private List<Written> entryWrites(String name) {
    return entryWrites.computeIfAbsent(name, any -> acknowledged(history.entryWrites(name)));
  }

  /** Those of an entry; or of the items, if the name is empty. */
  private Removals removals(String name) {
    return removals.computeIfAbsent(name, history::removals);
  }

  void measure(Lags lags) {
    Set<String> names = new HashSet<>();
    history.writes().forEach(written -> names.add(written.operation().call().name()));
    names.remove("");
    for (Reading reading : history.readings()) {
      if (reading.isStale()) {
        lags.addMarked();
      } else if (!reading.isFinal()) {
        List<Long> missed = new ArrayList<>();
        names.stream()
            .filter(reading::tellsEntry)
            .forEach(name -> missed.add(firstMissedOfEntry(name, reading)));
        if (reading.tellsItems()) {
          missed.add(firstMissedOfItems(reading));
        }
        long first = missed.stream().mapToLong(Long::longValue).min().orElse(reading.start());
        lags.add(Math.max(0, reading.start() - first),
            () -> history.conversation() + " " + reading.operations());
      }
    }
  }

  /** When the first write was acknowledged that the reading did not see; else its beginning. */
  private long firstMissedOfEntry(String name, Reading reading) {
    @Nullable Version seen = reading.seen().entries().get(name);
    long stamp = seen == null ? 0 : seen.stamp();
    return Math.min(firstDeletionMissed(name, reading, seen), entryWrites(name).stream()
        .filter(written -> written.stamp() > stamp)
        .filter(written -> seen != null || !isGone(written, name, reading))
        .mapToLong(written -> written.operation().end())
        .filter(end -> end < reading.start())
        .min()
        .orElse(reading.start()));
  }

  private long firstDeletionMissed(String name, Reading reading, @Nullable Version seen) {
    @Nullable Written written = seen == null ? null : history.written(seen.text());
    if (written == null || !history.conditions().survival().keepsDeletions()) {
      return reading.start();
    }
    LongStream ends = removals(name).acknowledged()
        .stream()
        .filter(removal -> removal.call().kind() == Kind.DELETE)
        .filter(removal -> removal.start() > written.knownBy())
        .mapToLong(Operation::end);
    return ends.filter(end -> end < reading.start()).min().orElse(reading.start());
  }

  private long firstMissedOfItems(Reading reading) {
    if (reading.from() > reading.to()) {
      return reading.start();
    }
    Set<Long> returned = new HashSet<>();
    reading.seen().items().forEach(item -> returned.add(item.stamp()));
    return itemWrites.stream()
        .filter(written -> written.operation().end() < reading.start())
        .filter(written -> written.stamp() >= reading.from() && written.stamp() <= reading.to()
            && !returned.contains(written.stamp()))
        .filter(written -> !isGone(written, "", reading))
        .mapToLong(written -> written.operation().end())
        .min()
        .orElse(reading.start());
  }

  private boolean isGone(Written written, String name, Reading reading) {
    return removals(name).mayExplain(written.stamp(), written.operation().start(),
        reading.end());
  }
}
