package dev.nivel;

import dev.nivel.store.CompressionCounts;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Contents;
import dev.nivel.store.DictionaryStore;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.Lookup;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * L2 behind its breaker, with its calls measured. Probes go past the breaker: they decide about it.
 */
final class GuardedL2 implements L2 {
  private final L2 l2;
  private final Guard guard;

  GuardedL2(L2 l2, Guard guard) {
    this.l2 = l2;
    this.guard = guard;
  }

  @Override
  public Lookup entry(String conversation, String name) {
    return guard.call(() -> l2.entry(conversation, name));
  }

  @Override
  public Contents conversation(String conversation) {
    return guard.call(() -> l2.conversation(conversation));
  }

  @Override
  public Map<String, Contents> conversations(Collection<String> conversations) {
    return guard.call(() -> l2.conversations(conversations));
  }

  @Override
  public WriteReply write(String conversation, List<Field> fields, Condition condition) {
    return guard.call(() -> l2.write(conversation, fields, condition));
  }

  @Override
  public Optional<String> beginFill(String conversation) {
    return guard.call(() -> l2.beginFill(conversation));
  }

  @Override
  public Map<String, String> beginFills(Collection<String> conversations) {
    return guard.call(() -> l2.beginFills(conversations));
  }

  @Override
  public Look look(Collection<String> conversations) {
    return guard.call(() -> l2.look(conversations));
  }

  @Override
  public String takeFill(String conversation) {
    return guard.call(() -> l2.takeFill(conversation));
  }

  @Override
  public void endFill(String conversation, String token) {
    guard.run(() -> l2.endFill(conversation, token));
  }

  @Override
  public void endFills(Map<String, String> tokens) {
    guard.run(() -> l2.endFills(tokens));
  }

  @Override
  public void fill(Map<String, Contents> contents, Map<String, String> tokens) {
    guard.run(() -> l2.fill(contents, tokens));
  }

  @Override
  public boolean fill(String conversation, Contents contents, String token) {
    return guard.call(() -> l2.fill(conversation, contents, token));
  }

  /** The breaker hears of the answer only: to send succeeds though nobody listens. */
  @Override
  public Supplier<List<Write>> beginSettle(Collection<Write> committed) {
    Supplier<List<Write>> answer = begunSettle(committed);
    return () -> guard.call(answer);
  }

  private Supplier<List<Write>> begunSettle(Collection<Write> committed) {
    try {
      return l2.beginSettle(committed);
    } catch (UnavailableException | ConfigurationException e) {
      return () -> {
        throw e;
      };
    }
  }

  @Override
  public void heal(Collection<Write> writes, boolean isUnsynced) {
    guard.run(() -> l2.heal(writes, isUnsynced));
  }

  @Override
  public void erase(String conversation, Stamp stamp) {
    guard.run(() -> l2.erase(conversation, stamp));
  }

  @Override
  public Map<String, List<Field>> unsynced(Duration minAge, int limit) {
    return guard.call(() -> l2.unsynced(minAge, limit));
  }

  @Override
  public List<Field> unsynced(String conversation) {
    return guard.call(() -> l2.unsynced(conversation));
  }

  @Override
  public void present(int node, Duration validity) {
    guard.run(() -> l2.present(node, validity));
  }

  @Override
  public boolean isPresent(int node) {
    return guard.call(() -> l2.isPresent(node));
  }

  @Override
  public void probe(boolean isAnew) {
    l2.probe(isAnew);
  }

  @Override
  public String generation() {
    return l2.generation();
  }

  @Override
  public long heardAtNanos(String conversation) {
    return l2.heardAtNanos(conversation);
  }

  @Override
  public long heardAtNanos() {
    return l2.heardAtNanos();
  }

  @Override
  public long clockOffsetMillis() {
    return l2.clockOffsetMillis();
  }

  @Override
  public long usedMemoryBytes() {
    return l2.usedMemoryBytes();
  }

  @Override
  public CompressionCounts compression() {
    return l2.compression();
  }

  @Override
  public long corruptCount() {
    return l2.corruptCount();
  }

  @Override
  public void keepDictionariesIn(DictionaryStore store) {
    l2.keepDictionariesIn(store);
  }

  /** Past the breaker, which is not to count what L3 does. */
  @Override
  public void learn() {
    l2.learn();
  }

  @Override
  public void listen(Listener listener) {
    l2.listen(listener);
  }

  @Override
  public void close() {
    l2.close();
  }
}
