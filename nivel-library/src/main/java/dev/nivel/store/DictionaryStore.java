package dev.nivel.store;

import java.util.List;
import java.util.Optional;

/**
 * Where dictionaries are kept for good. What was kept is never altered; it is forgotten only when
 * it is over a week old and sixteen newer ones of its scope are there. Every method blocks up to
 * the deadline of one call and throws {@link UnavailableException} when the store does not answer
 * by then. Safe for use by several threads.
 */
public interface DictionaryStore {
  /** How many dictionaries a scope may have. */
  int DICTIONARIES_MAX = 64;

  /** The ids of a scope's dictionaries, in the order in which they were kept. */
  List<Integer> ids(String scope);

  /** A dictionary; empty if there is none of this id in the scope. */
  Optional<Dictionary> find(String scope, int id);

  /**
   * Keeps a dictionary, and forgets what is to be forgotten. One that is kept already stays.
   *
   * @return whether it is kept now; not if the scope has {@link #DICTIONARIES_MAX}, or another
   *     dictionary of this id
   */
  boolean keep(Dictionary dictionary);
}
