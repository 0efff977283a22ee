package dev.nivel;

import dev.nivel.store.Activity;
import dev.nivel.store.Condition;
import dev.nivel.store.Contents;
import dev.nivel.store.DictionaryStore;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.L3;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Refusal;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * L3 behind its breaker, with its calls measured, and with so many loads at a time at most:
 * whatever happens above, the database sees no herd.
 */
final class GuardedL3 implements L3 {
  private final L3 l3;
  private final MeteredBreaker guard;
  private final WriteGate writes;
  private final Semaphore loads;
  private final Supplier<Duration> patience;

  /**
   * A store that is guarded.
   *
   * @param writes its gate for writes, with its breaker
   * @param loadsMax how many loads may run at a time
   * @param patience how long a load may wait for its turn
   */
  GuardedL3(L3 l3, WriteGate writes, int loadsMax, Duration patience) {
    this(l3, writes, new Semaphore(loadsMax), () -> patience);
  }

  private GuardedL3(L3 l3, WriteGate writes, Semaphore loads, Supplier<Duration> patience) {
    this.l3 = l3;
    this.writes = writes;
    guard = writes.breaker();
    this.loads = loads;
    this.patience = patience;
  }

  /** The same for one request, whose loads do not begin after its deadline. */
  GuardedL3 within(Deadline deadline) {
    return new GuardedL3(l3, writes, loads, () -> {
      deadline.check();
      return deadline.atMost(patience.get());
    });
  }

  /** Reads what a caller waits for, when it is its turn. */
  <T> T load(Supplier<T> work) {
    Duration wait = patience.get();
    try {
      if (!loads.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new UnavailableException("no turn for a load from L3 within " + wait.toMillis()
            + " ms: too many loads at a time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("waiting for a load from L3 was interrupted");
    }
    try {
      guard.meter().load();
      return guard.call(work);
    } finally {
      loads.release();
    }
  }

  @Override
  public Optional<Entry> entry(String conversation, String name) {
    return load(() -> l3.entry(conversation, name));
  }

  @Override
  public Map<String, Contents> conversations(Collection<String> conversations) {
    return load(() -> l3.conversations(conversations));
  }

  @Override
  public List<Item> itemsBefore(String conversation, Optional<Stamp> before, int limit) {
    return load(() -> l3.itemsBefore(conversation, before, limit));
  }

  @Override
  public List<Item> itemsAfter(String conversation, Stamp after, int limit) {
    return load(() -> l3.itemsAfter(conversation, after, limit));
  }

  @Override
  public List<Refusal> write(Collection<Write> chunk) {
    return writes.call(() -> l3.write(chunk));
  }

  @Override
  public WriteReply writeFirst(String conversation, List<Field> fields, Condition condition,
      boolean keepsStamps) {
    return writes.call(() -> l3.writeFirst(conversation, fields, condition, keepsStamps));
  }

  @Override
  public void quarantine(Write write, int node, String reason) {
    writes.run(() -> l3.quarantine(write, node, reason));
  }

  @Override
  public List<Quarantined> quarantined(long after, int limit) {
    return guard.call(() -> l3.quarantined(after, limit));
  }

  @Override
  public Map<Long, Write> quarantinedWrites(Collection<Long> ids) {
    return guard.call(() -> l3.quarantinedWrites(ids));
  }

  @Override
  public List<Quarantined> dropQuarantined(Collection<Long> ids) {
    return writes.call(() -> l3.dropQuarantined(ids));
  }

  @Override
  public void noteForL2(Collection<Write> committed) {
    writes.run(() -> l3.noteForL2(committed));
  }

  @Override
  public List<Write> staleInL2(int limit) {
    return guard.call(() -> l3.staleInL2(limit));
  }

  @Override
  public void toldL2(Collection<Write> told) {
    writes.run(() -> l3.toldL2(told));
  }

  @Override
  public boolean erase(String conversation, Stamp stamp) {
    return writes.call(() -> l3.erase(conversation, stamp));
  }

  @Override
  public List<Activity> activities(String prefix, String after, int limit) {
    return load(() -> l3.activities(prefix, after, limit));
  }

  @Override
  public List<Activity> activitiesBefore(Instant before, String after, int limit) {
    return load(() -> l3.activitiesBefore(before, after, limit));
  }

  @Override
  public void purge() {
    writes.run(l3::purge);
  }

  @Override
  public void probe() {
    l3.probe();
  }

  @Override
  public NodeRegistry nodes() {
    return new GuardedNodeRegistry(l3.nodes(), writes);
  }

  @Override
  public DictionaryStore dictionaries() {
    return new GuardedDictionaries(l3.dictionaries(), this, writes);
  }

  @Override
  public void close() {
    l3.close();
  }
}
