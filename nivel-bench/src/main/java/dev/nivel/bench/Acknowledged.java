package dev.nivel.bench;

import dev.nivel.Receipt;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which writes of the backlog were acknowledged, and under which stamps. Thread-safe. */
final class Acknowledged {
  static final int FIELDS = 3;
  private final AtomicReferenceArray<@Nullable Stamp> stamps;
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger unknown = new AtomicInteger();
  private volatile String refusal = "";

  Acknowledged(int conversations) {
    stamps = new AtomicReferenceArray<>(FIELDS * conversations);
  }

  /**
   * Notes what comes of a write.
   *
   * @param index of the conversation
   * @param first 0 = the entry, 1 = the items
   * @param fields how many the write has
   */
  void note(int index, int first, int fields, Supplier<Receipt> write) {
    try {
      Receipt receipt = write.get();
      for (int i = 0; i < fields; i++) {
        stamps.set(FIELDS * index + first + i, receipt.stamps().get(i));
      }
    } catch (UnavailableException e) {
      boolean isRefused = e.outcome() == UnavailableException.Outcome.NOT_APPLIED;
      (isRefused ? refused : unknown).addAndGet(fields);
      refusal = String.valueOf(e.getMessage());
    }
  }

  /** The stamp of a field, 0 = the entry, 1 and 2 = the items; null = not acknowledged. */
  @Nullable
  Stamp stamp(int index, int field) {
    return stamps.get(FIELDS * index + field);
  }

  int conversations() {
    return stamps.length() / FIELDS;
  }

  /** Fields that were acknowledged. */
  long count() {
    return Stream.iterate(0, i -> i < stamps.length(), i -> i + 1)
        .filter(i -> stamps.get(i) != null)
        .count();
  }

  /** Fields that were refused and of which nothing is anywhere. */
  int refused() {
    return refused.get();
  }

  /** Fields of which nobody knows what became of them. */
  int unknown() {
    return unknown.get();
  }

  /** What the last refusal said; empty if there was none. */
  String refusal() {
    return refusal;
  }
}
