package dev.nivel;

import dev.nivel.store.Quarantined;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of the ledger (I11) that is about the quarantine: which writes this node counts there,
 * so that what becomes of them is counted once and in the right place. What this node did not count
 * there enters as adopted. Safe for use by several threads.
 */
final class QuarantineLedger {
  private final int marksMax;
  // All below: guarded by this.
  private final Map<String, Set<Mark>> byConversation = new HashMap<>();
  private int marks;
  private long adopted;
  private long synced;
  private long coalesced;
  private long quarantined;

  /** A write that is counted as quarantined. */
  record Mark(String conversation, String key, Stamp stamp) {
    static Mark of(Quarantined row) {
      return new Mark(row.conversation(), row.key(), row.stamp());
    }
  }

  /**
   * @param marksMax how many writes are told apart; beyond, what is quarantined is counted, and
   *     taken for another node's when it leaves the quarantine
   */
  QuarantineLedger(int marksMax) {
    this.marksMax = marksMax;
  }

  /** L3 keeps a write apart that was pending here. */
  synchronized void quarantined(Write write) {
    Mark mark = new Mark(write.conversation(), write.key(), write.stamp());
    if (byConversation.getOrDefault(write.conversation(), Set.of()).contains(mark)) {
      coalesced++; // it was adopted once more, and is one row all the same
      return;
    }
    quarantined++;
    if (marks < marksMax) {
      byConversation.computeIfAbsent(write.conversation(), id -> new HashSet<>()).add(mark);
      marks++;
    }
  }

  /**
   * L3 keeps a write apart no longer, because it holds it now.
   *
   * @param isCoalesced whether it holds something newer instead, or has erased the conversation
   */
  synchronized void replayed(Quarantined row, boolean isCoalesced) {
    if (remove(Mark.of(row))) {
      quarantined--;
    } else {
      adopted++;
    }
    synced += isCoalesced ? 0 : 1;
    coalesced += isCoalesced ? 1 : 0;
  }

  /** L3 keeps a write apart no longer: an operator gave it up, or another node stored it. */
  synchronized void gone(Mark mark) {
    if (remove(mark)) {
      quarantined--;
      coalesced++;
    }
  }

  private boolean remove(Mark mark) {
    @Nullable Set<Mark> ofConversation = byConversation.get(mark.conversation());
    if (ofConversation == null || !ofConversation.remove(mark)) {
      return false;
    }
    marks--;
    if (ofConversation.isEmpty()) {
      byConversation.remove(mark.conversation());
    }
    return true;
  }

  /** All that is told apart. */
  synchronized Set<Mark> marks() {
    Set<Mark> all = new HashSet<>();
    byConversation.values().forEach(all::addAll);
    return all;
  }

  /** L3 keeps nothing of a conversation apart that is not newer than a stamp. */
  synchronized void erase(String conversation, Stamp stamp) {
    List.copyOf(byConversation.getOrDefault(conversation, Set.of()))
        .stream()
        .filter(mark -> !mark.stamp().isNewerThan(stamp))
        .forEach(this::gone);
  }

  synchronized Counts counts() {
    return new Counts(adopted, synced, coalesced, quarantined);
  }

  /** What to add to the outbox's own counts; {@code adopted} balances what came from elsewhere. */
  record Counts(long adopted, long synced, long coalesced, long quarantined) {}
}
