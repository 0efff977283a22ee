package dev.nivel;

import dev.nivel.store.Stamp;
import java.util.List;
import java.util.Set;

/**
 * What was acknowledged.
 *
 * @param stamps the version of the entry, or the ids of the items in the order given
 * @param durability where the write is now
 * @param isCreated whether no level that was asked held a living entry of that name (L3 is not
 *     asked)
 */
public record Receipt(List<Stamp> stamps, Set<Durability> durability, boolean isCreated) {
  /** The version of the entry, or the id of the last item. */
  public Stamp stamp() {
    return stamps.get(stamps.size() - 1);
  }
}
