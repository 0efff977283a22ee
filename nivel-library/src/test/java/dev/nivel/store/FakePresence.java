package dev.nivel.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Which nodes have said that they write to a fake L2, which guards it. */
final class FakePresence {
  private final Time time;
  private final Map<Integer, Long> untilNanos = new HashMap<>();

  FakePresence(Time time) {
    this.time = time;
  }

  void say(int node, Duration validity) {
    untilNanos.put(node, time.nanos() + validity.toNanos());
  }

  boolean isSaidBy(int node) {
    return untilNanos.containsKey(node) && untilNanos.get(node) - time.nanos() > 0;
  }

  void forget() {
    untilNanos.clear();
  }
}
