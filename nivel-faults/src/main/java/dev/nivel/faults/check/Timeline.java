package dev.nivel.faults.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * What clients of each node come to know, and what they read, in the order of time. News from
 * another node may take {@link #LAG_NANOS} (I4). One more place, {@link #end}, stands for the end
 * of the run, where everything is known. For use by one thread.
 *
 * @param <S> what is known in one place
 */
final class Timeline<S> {
  /** How long a write may be unseen on other nodes. */
  static final long LAG_NANOS = 3_100_000_000L;

  private final List<S> places;
  private final List<Event<S>> events = new ArrayList<>();

  /** One place for each node and one for the end. */
  Timeline(List<S> places) {
    this.places = places;
  }

  private record Event<S>(long at, boolean isRead, S place, Consumer<S> action) {}

  private int nodes() {
    return places.size() - 1;
  }

  private S end() {
    return places.get(nodes());
  }

  /** Something is known on a node since a time, and hence on the others later. */
  void known(int node, long since, Consumer<S> fact) {
    for (int other = 0; other < nodes(); other++) {
      knownOnlyOn(other, other == node ? since : since + LAG_NANOS, fact);
    }
    knownAtTheEnd(fact);
  }

  /** Something is known on a node since a time. */
  void knownOnlyOn(int node, long since, Consumer<S> fact) {
    events.add(new Event<>(since, false, places.get(node), fact));
  }

  /** Something holds at the end. */
  void knownAtTheEnd(Consumer<S> fact) {
    events.add(new Event<>(Long.MAX_VALUE, false, end(), fact));
  }

  /** A read that is to be compared with what is known when it starts. */
  void read(Reading reading, Consumer<S> check) {
    S place = reading.operation() == null ? end()
        : places.get(reading.operation().call().node());
    events.add(new Event<>(reading.start(), true, place, check));
  }

  /** Goes through everything once. */
  void run() {
    events.sort(Comparator.<Event<S>>comparingLong(Event::at).thenComparing(Event::isRead));
    events.forEach(event -> event.action().accept(event.place()));
  }
}
