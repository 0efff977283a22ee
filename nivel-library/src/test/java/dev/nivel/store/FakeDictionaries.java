package dev.nivel.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Dictionaries in a list, for tests. None is old enough to be forgotten. */
public final class FakeDictionaries implements DictionaryStore {
  private final Runnable onCall;
  private final List<Dictionary> kept = new ArrayList<>();

  /** Runs something before each call, which may fail. */
  public FakeDictionaries(Runnable onCall) {
    this.onCall = onCall;
  }

  @Override
  public synchronized List<Integer> ids(String scope) {
    onCall.run();
    return kept.stream().filter(one -> one.scope().equals(scope)).map(Dictionary::id).toList();
  }

  @Override
  public synchronized Optional<Dictionary> find(String scope, int id) {
    onCall.run();
    return kept.stream().filter(one -> one.scope().equals(scope) && one.id() == id).findFirst();
  }

  @Override
  public synchronized boolean keep(Dictionary dictionary) {
    onCall.run();
    Optional<Dictionary> present = find(dictionary.scope(), dictionary.id());
    if (present.isEmpty() && ids(dictionary.scope()).size() < DICTIONARIES_MAX) {
      return kept.add(dictionary);
    }
    return present.isPresent() && present.get().equals(dictionary);
  }
}
