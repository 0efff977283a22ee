package dev.nivel.faults.history;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** All operations of a run. Safe for use by several threads. */
public final class History {
  private final long beginning = System.nanoTime();
  private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
  private final AtomicLong acknowledged = new AtomicLong();

  /** Takes an operation in, when it has ended. */
  public void add(Operation operation) {
    operations.add(operation);
    if (operation.isOk() && operation.call().kind().isWrite()) {
      acknowledged.incrementAndGet();
    }
  }

  /** How many writes were acknowledged. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** How many of them were said to be in Redis only, but for what may be a repetition. */
  public long inRedisOnly() {
    return operations.stream()
        .filter(operation -> operation.call().key().isEmpty()
            && operation.reply().durability().equals(List.of("redis")))
        .count();
  }

  /** Since when its times are shown. */
  public long beginning() {
    return beginning;
  }

  /** All operations so far. */
  public List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** How many of such operations were acknowledged or answered. */
  public long count(Predicate<Operation> which) {
    return operations.stream().filter(Operation::isOk).filter(which).count();
  }

  /** How many values reads returned. */
  public long valuesRead() {
    return operations.stream()
        .map(operation -> operation.reply().seen())
        .mapToLong(seen -> seen.entries().size() + seen.items().size())
        .sum();
  }
}
