package dev.nivel;

import dev.nivel.store.Dictionary;
import dev.nivel.store.DictionaryStore;
import java.util.List;
import java.util.Optional;

/** L3's dictionaries behind its gate for writes and its breaker. */
final class GuardedDictionaries implements DictionaryStore {
  private final DictionaryStore dictionaries;
  private final WriteGate guard;

  GuardedDictionaries(DictionaryStore dictionaries, WriteGate guard) {
    this.dictionaries = dictionaries;
    this.guard = guard;
  }

  @Override
  public List<Integer> ids(String scope) {
    return guard.breaker().call(() -> dictionaries.ids(scope));
  }

  @Override
  public Optional<Dictionary> find(String scope, int id) {
    return guard.breaker().call(() -> dictionaries.find(scope, id));
  }

  @Override
  public boolean keep(Dictionary dictionary) {
    return guard.call(() -> dictionaries.keep(dictionary));
  }
}
