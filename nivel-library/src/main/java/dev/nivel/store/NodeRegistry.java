package dev.nivel.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
   * @param numbers theirs
   * @param silence only of nodes that have been silent for longer
   */
  void retire(Collection<Integer> numbers, Duration silence);

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
   * @param epoch the present one of its own
   * @param confirmed the ids of epochs, its own too, for which it writes to L3 first, having left
   *     nothing unsynced in L2
   */
  record Report(String mode, String offered, Epoch epoch, Set<Long> confirmed) {
    /** It has nothing that L3 does not have, nor will it before it has reported something else. */
    public static final String NOTHING_UNSYNCED = "*";
  }

  /**
   * A time in which a node can't reach L2, so that it reads from L3 and writes to it first.
   *
   * @param id no other has it, of no node; 0 = there is none
   * @param isEnding whether the node reaches L2 again, and waits for the others
   */
  record Epoch(long id, boolean isEnding) {
    /** The node reaches L2. */
    public static final Epoch NONE = new Epoch(0, false);

    /** Whether there is one. */
    public boolean isSome() {
      return id != 0;
    }
  }

  /**
   * What is known of a node that has neither left in order nor been retired.
   *
   * @param number its number
   * @param silence how long ago its last heartbeat was
   * @param isLiving whether that is short enough for it to count as living
   * @param offered what it has reported; "" = nothing
   * @param epoch the same
   * @param confirmed the same
   */
  record Node(int number, Duration silence, boolean isLiving, String offered, Epoch epoch,
      Set<Long> confirmed) {}

  /**
   * What a node learns with its heartbeat. Heartbeats happen one after another, in one order for
   * all nodes: of two, the later one sees what the earlier one has reported.
   *
   * @param isOwner whether the number is still this node's
   * @param nodes all that have neither left in order nor been retired, this one included
   * @param erasures what this node has not confirmed yet
   */
  record Roster(boolean isOwner, List<Node> nodes, List<Erasure> erasures) {
    /** The numbers of all living nodes, this one included. */
    public List<Integer> living() {
      return nodes.stream().filter(Node::isLiving).map(Node::number).toList();
    }
  }

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
