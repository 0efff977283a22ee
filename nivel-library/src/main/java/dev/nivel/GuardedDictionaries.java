package dev.nivel;

import dev.nivel.store.Dictionary;
import dev.nivel.store.DictionaryStore;
import java.util.List;
import java.util.Optional;

/** L3's dictionaries behind its breaker, its gate for writes, and the bound of its loads. */
final class GuardedDictionaries implements DictionaryStore {
  private final DictionaryStore dictionaries;
  private final GuardedL3 loads;
  private final WriteGate guard;

  GuardedDictionaries(DictionaryStore dictionaries, GuardedL3 loads, WriteGate guard) {
    this.dictionaries = dictionaries;
    this.loads = loads;
    this.guard = guard;
  }

  @Override
  public List<Integer> ids(String scope) {
    return guard.breaker().call(() -> dictionaries.ids(scope));
  }

  @Override
  public Optional<Dictionary> find(String scope, int id) {
    return loads.load(() -> dictionaries.find(scope, id));
  }

  @Override
  public boolean keep(Dictionary dictionary) {
    return guard.call(() -> dictionaries.keep(dictionary));
  }
}
