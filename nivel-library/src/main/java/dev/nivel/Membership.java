package dev.nivel;

import dev.nivel.store.NodeRegistry;
import dev.nivel.store.NodeRegistry.Claim;
import dev.nivel.store.NodeRegistry.Node;
import dev.nivel.store.NodeRegistry.Report;
import dev.nivel.store.NodeRegistry.Roster;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node among the others: its number, and who lives. Until L3 has given it a number, it has one
 * by chance; should another node have the same, equal stamps are told apart when they meet. Safe
 * for use by several threads, but only one at a time may {@link #beat}.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** What no generation is equal to. */
  private static final Set<String> UNKNOWN = Set.of("");

  private final String identity;
  private final Health health;
  private volatile int number;
  private volatile boolean isClaimed;
  private volatile @Nullable Set<Integer> living;
  private volatile List<Node> others = List.of();
  private volatile Set<String> offeredByOthers = UNKNOWN;
  /** Whether a former life of this node may have left writes in L2 that nobody has synced yet. */
  private volatile boolean isFormerLifeOpen = true;

  /**
   * @param identity what tells this node from others, the same after a restart
   */
  Membership(String identity, Health health) {
    this.identity = identity;
    this.health = health;
    number = Math.floorMod(identity.hashCode(), Stamp.NODES_MAX);
  }

  /** What tells this node from others, the same after a restart. */
  String identity() {
    return identity;
  }

  /** This node's number, 0 to 63. */
  int number() {
    return number;
  }

  /** Whether the number is this node's alone. */
  boolean isClaimed() {
    return isClaimed;
  }

  /** Whether a node is known not to live. */
  boolean isDead(int node) {
    @Nullable Set<Integer> known = living;
    return known != null && !known.contains(node);
  }

  /**
   * Tells L3 that this node lives, and learns who else does.
   *
   * @return what it has learned; of no use if the number is not this node's any more
   */
  Roster beat(NodeRegistry registry, Report report) {
    if (!isClaimed) {
      Claim claim = registry.claim(identity);
      number = claim.number();
      isFormerLifeOpen = claim.isFormerLifeOpen();
      isClaimed = true;
      LOG.info("This is node {}", number);
    }
    Roster roster = registry.heartbeat(number, identity, report);
    if (!roster.isOwner()) {
      LOG.warn("Another node took the number {}, since this one was silent for too long", number);
      isClaimed = false;
      offeredByOthers = UNKNOWN;
      return roster;
    }
    living = Set.copyOf(roster.living());
    others = roster.nodes().stream().filter(node -> node.number() != number).toList();
    offeredByOthers = others.stream()
        .map(Membership::offeredBy)
        .collect(Collectors.toUnmodifiableSet());
    health.alone(others.isEmpty() && !isFormerLifeOpen);
    return roster;
  }

  /** The numbers of the other nodes that had been silent for longer at the last heartbeat. */
  List<Integer> silentFor(Duration silence) {
    return others.stream()
        .filter(node -> node.silence().compareTo(silence) > 0)
        .map(Node::number)
        .toList();
  }

  /** A silent node may have written to L2 again after it last said that it has nothing unsynced. */
  private static String offeredBy(Node node) {
    boolean isOutdated = node.offered().equals(Report.NOTHING_UNSYNCED) && !node.isLiving();
    return isOutdated ? "" : node.offered();
  }

  /**
   * Whether, by the last heartbeat, all other nodes that may hold anything unsynced have offered it
   * to a generation of L2's data.
   */
  boolean haveOthersOfferedTo(String generation) {
    return offeredByOthers.stream()
        .allMatch(offered -> offered.equals(generation) || offered.equals(Report.NOTHING_UNSYNCED));
  }

  /** Whether a former life of this node may have left something in L2 alone. */
  boolean isFormerLifeOpen() {
    return isFormerLifeOpen;
  }

  /** All that a former life of this node had left in L2 alone is in L3 now. */
  void formerLifeSynced() {
    isFormerLifeOpen = false;
  }

  /** Tells L3 that this node ends, having synced everything. */
  void leave(NodeRegistry registry) {
    if (!isClaimed) {
      return;
    }
    try {
      registry.leave(number, identity);
    } catch (UnavailableException e) {
      LOG.debug("L3 did not hear that this node ends; it will notice", e);
    }
  }
}
