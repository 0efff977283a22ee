package dev.nivel.faults.check;

import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
        Stream<Operation> ofEntries = names.stream()
            .filter(reading::tellsEntry)
            .flatMap(name -> missedOfEntry(name, reading));
        Stream<Operation> missed = Stream.concat(ofEntries, missedOfItems(reading))
            .filter(write -> write.end() < reading.start());
        Optional<Operation> first = missed.min(Comparator.comparingLong(Operation::end));
        lags.add(first.map(write -> reading.start() - write.end()).orElse(0L),
            () -> history.conversation() + " missed " + first + " in " + reading.operations());
      }
    }
  }

  /** What changed an entry and was not seen. */
  private Stream<Operation> missedOfEntry(String name, Reading reading) {
    @Nullable Version seen = reading.seen().entries().get(name);
    long stamp = seen == null ? 0 : seen.stamp();
    Stream<Operation> writes = entryWrites(name).stream()
        .filter(written -> written.stamp() > stamp)
        .filter(written -> seen != null || !isGone(written, name, reading))
        .map(Written::operation);
    return Stream.concat(writes, missedDeletions(name, seen));
  }

  private Stream<Operation> missedDeletions(String name, @Nullable Version seen) {
    @Nullable Written written = seen == null ? null : history.written(seen.text());
    if (written == null || !history.conditions().survival().keepsDeletions()) {
      return Stream.empty();
    }
    return removals(name).acknowledged()
        .stream()
        .filter(removal -> removal.call().kind() == Kind.DELETE)
        .filter(removal -> removal.start() > written.knownBy());
  }

  private Stream<Operation> missedOfItems(Reading reading) {
    if (!reading.tellsItems() || reading.from() > reading.to()) {
      return Stream.empty();
    }
    Set<Long> returned = new HashSet<>();
    reading.seen().items().forEach(item -> returned.add(item.stamp()));
    return itemWrites.stream()
        .filter(written -> written.stamp() >= reading.from() && written.stamp() <= reading.to()
            && !returned.contains(written.stamp()))
        .filter(written -> !isGone(written, "", reading))
        .map(Written::operation);
  }

  private boolean isGone(Written written, String name, Reading reading) {
    return removals(name).mayExplain(written.stamp(), written.operation().start(),
        reading.end());
  }
}
