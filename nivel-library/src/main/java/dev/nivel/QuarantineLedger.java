package dev.nivel;

import dev.nivel.store.Quarantined;
import dev.nivel.store.Stamp;
import dev.nivel.store.Write;
import java.util.HashMap;
import java.util.HashSet;
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

  private record Mark(String key, Stamp stamp) {}

  /**
   * @param marksMax how many writes are told apart; beyond, what is quarantined is counted, and
   *     taken for another node's when it leaves the quarantine
   */
  QuarantineLedger(int marksMax) {
    this.marksMax = marksMax;
  }

  /** L3 keeps a write apart that was pending here. */
  synchronized void quarantined(Write write) {
    Mark mark = new Mark(write.key(), write.stamp());
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
    if (remove(row)) {
      quarantined--;
    } else {
      adopted++;
    }
    synced += isCoalesced ? 0 : 1;
    coalesced += isCoalesced ? 1 : 0;
  }

  /** L3 keeps a write apart no longer, because an operator gave it up. */
  synchronized void dropped(Quarantined row) {
    if (remove(row)) {
      quarantined--;
      coalesced++;
    }
  }

  private boolean remove(Quarantined row) {
    @Nullable Set<Mark> ofConversation = byConversation.get(row.conversation());
    if (ofConversation == null || !ofConversation.remove(new Mark(row.key(), row.stamp()))) {
      return false;
    }
    marks--;
    if (ofConversation.isEmpty()) {
      byConversation.remove(row.conversation());
    }
    return true;
  }

  /** L3 keeps nothing of a conversation apart that is not newer than a stamp. */
  synchronized void erase(String conversation, Stamp stamp) {
    @Nullable Set<Mark> ofConversation = byConversation.get(conversation);
    if (ofConversation == null) {
      return;
    }
    int before = ofConversation.size();
    ofConversation.removeIf(mark -> !mark.stamp().isNewerThan(stamp));
    int erased = before - ofConversation.size();
    marks -= erased;
    quarantined -= erased;
    coalesced += erased;
    if (ofConversation.isEmpty()) {
      byConversation.remove(conversation);
    }
  }

  synchronized Counts counts() {
    return new Counts(adopted, synced, coalesced, quarantined);
  }

  /** What to add to the outbox's own counts; {@code adopted} balances what came from elsewhere. */
  record Counts(long adopted, long synced, long coalesced, long quarantined) {}
}
