package dev.nivel.redis;

import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what it hears. */
class RecordingListener implements L2.Listener {
  /** A change of a field; an erasure has the key {@code *}. */
  record Change(int node, String conversation, String key, Stamp stamp) {}

  private final List<Change> changes = new CopyOnWriteArrayList<>();
  private final AtomicInteger missed = new AtomicInteger();
  private final AtomicInteger generations = new AtomicInteger();
  private final AtomicInteger disconnections = new AtomicInteger();

  @Override
  public void changed(int node, String conversation, String key, Stamp stamp) {
    changes.add(new Change(node, conversation, key, stamp));
  }

  @Override
  public void erased(int node, String conversation, Stamp stamp) {
    changes.add(new Change(node, conversation, "*", stamp));
  }

  @Override
  public void changesMissed() {
    missed.incrementAndGet();
  }

  @Override
  public void generationStarted() {
    generations.incrementAndGet();
  }

  @Override
  public void disconnected() {
    disconnections.incrementAndGet();
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }

  int missed() {
    return missed.get();
  }

  int generations() {
    return generations.get();
  }

  int disconnections() {
    return disconnections.get();
  }
}
