package dev.nivel;

import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.L2;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Takes over what Redis holds for unsynced. Into the outbox goes what this node does not have yet;
 * what is known to be erased is erased in Redis instead (I12), where a Redis that lost the erasure
 * was offered it again. That comes last, so that what was adopted need not wait for it, and by the
 * next run if it fails. For one thread.
 */
final class Adoption {
  private final Outbox outbox;
  private final L2 l2;
  private final Predicate<Write> isWanted;
  /** Up to which stamp conversations are erased, of which Redis holds older fields. */
  private final Map<String, Stamp> erased = new LinkedHashMap<>();
  private boolean hasAdopted;

  Adoption(Outbox outbox, L2 l2, Predicate<Write> isWanted) {
    this.outbox = outbox;
    this.l2 = l2;
    this.isWanted = isWanted;
  }

  /** Keys first: an append that was made with one is not divided. */
  void adopt(String conversation, List<Field> fields) {
    List<Field> sorted = new ArrayList<>(fields);
    sorted.sort(Comparator.comparing(field -> !(field instanceof IdempotencyKey)));
    for (Field field : sorted) {
      Write write = new Write(conversation, field);
      hasAdopted |= isWanted.test(write) && outbox.adopt(write);
    }
    Stamp mark = outbox.erased(conversation);
    if (mark.isSome() && fields.stream().anyMatch(field -> !field.stamp().isNewerThan(mark))) {
      erased.put(conversation, mark);
    }
  }

  /** Whether the outbox has got anything. */
  boolean hasAdopted() {
    return hasAdopted;
  }

  /** Whether Redis will hold less for unsynced, so that there may be more behind it. */
  boolean hasChanged() {
    return hasAdopted || !erased.isEmpty();
  }

  /** Erases in Redis what is known to be erased. */
  void erase() {
    erased.forEach(l2::erase);
  }
}
