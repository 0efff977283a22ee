package dev.nivel.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The register of the nodes that share L2 and L3: who lives, and what is to be erased. A node that
 * has neither left in order nor been retired may have left writes in L2 alone.
 */
public interface NodeRegistry {
  /**
   * Takes a number that no living node has, the node's former one if it can.
   *
   * @param identity what tells this node from others, the same after a restart
   */
  Claim claim(String identity);

  /** Says that a node lives, and how it is. */
  Roster heartbeat(int number, String identity, Report report);

  /** Says that a node has ended in order. */
  void leave(int number, String identity);

  /**
   * Says that all that silent nodes had left in L2 alone is in L3 now.
   *
   * @param silence only of nodes that have been silent for longer
   */
  void retire(Duration silence);

  /** Says that a node has erased it. */
  void confirmErase(Stamp stamp, int number);

  /**
   * An erasure and the nodes that have not confirmed it, but for those that left in order; empty if
   * it is not known.
   */
  Optional<ErasureState> erasure(Stamp stamp);

  /**
   * A number that was taken.
   *
   * @param number 0 to 63
   * @param isFormerLifeOpen whether this node had it before and did not leave in order
   */
  record Claim(int number, boolean isFormerLifeOpen) {}

  /**
   * What a node says of itself.
   *
   * @param mode its mode
   * @param offered the generation of L2's data to which it has offered all that it had not synced,
   *     or {@link #NOTHING_UNSYNCED}
   */
  record Report(String mode, String offered) {
    /** It has nothing that L3 does not have, nor will it before it has reported something else. */
    public static final String NOTHING_UNSYNCED = "*";
  }

  /**
   * What a node learns with its heartbeat.
   *
   * @param isOwner whether the number is still this node's
   * @param living the numbers of all living nodes, this one included
   * @param silent the numbers of those that neither live, nor left in order, nor were retired
   * @param offered by number, what each of the living and the silent has reported before; "" =
   *     nothing
   * @param erasures what this node has not confirmed yet
   */
  record Roster(boolean isOwner, List<Integer> living, List<Integer> silent,
      Map<Integer, String> offered, List<Erasure> erasures) {}

  /**
   * How far an erasure has come.
   *
   * @param conversation its id
   * @param unconfirmed the numbers of the nodes that have not confirmed it
   */
  record ErasureState(String conversation, List<Integer> unconfirmed) {}

  /**
   * A conversation that is being erased.
   *
   * @param conversation its id
   * @param stamp what is not newer goes
   */
  record Erasure(String conversation, Stamp stamp) {}
}
