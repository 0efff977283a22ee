package dev.nivel;

import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Node;
import dev.nivel.store.NodeRegistry.Roster;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a node has learned of the others' epochs with a heartbeat.
 *
 * @param sentNanos when it was asked for
 * @param epoch this node's own, as it has reported it
 * @param confirmed which epochs it confirms, as the others see it
 * @param others the other nodes that have neither left in order nor been retired
 */
record Heard(long sentNanos, Epoch epoch, Set<Long> confirmed, List<Node> others) {
  /** How long what was heard counts, and for how long a node is counted on after its heartbeat. */
  static final Duration LEASE = Duration.ofSeconds(3);

  /** Before the first heartbeat. */
  static final Heard NOTHING = new Heard(0, Epoch.NONE, Set.of(), List.of());

  /**
   * What a roster says.
   *
   * @param number this node's
   * @param epoch what it has reported with the same heartbeat
   */
  static Heard of(Roster roster, int number, Epoch epoch, long sentNanos) {
    Set<Long> confirmed = roster.nodes()
        .stream()
        .filter(node -> node.number() == number)
        .findFirst()
        .map(Node::confirmed)
        .orElse(Set.of());
    return new Heard(sentNanos, epoch, confirmed,
        roster.nodes().stream().filter(node -> node.number() != number).toList());
  }

  boolean isNothing() {
    return sentNanos == 0;
  }

  /** Whether a living node's epoch goes on. */
  boolean isActive(long id) {
    return others.stream().anyMatch(node -> isActive(node, id));
  }

  private static boolean isActive(Node node, long id) {
    return node.epoch().id() == id && !node.epoch().isEnding() && isCountedOn(node);
  }

  private static boolean isCountedOn(Node node) {
    return node.silence().compareTo(LEASE) <= 0;
  }

  /**
   * Whether all nodes have confirmed one epoch that goes on, be it an other's or this node's own.
   *
   * @param own the id of this node's own, if it goes on
   */
  boolean isAnyAgreed(long own) {
    return confirmed.stream().anyMatch(id -> (id == own || isActive(id)) && isAgreed(id));
  }

  private boolean isAgreed(long id) {
    return others.stream().allMatch(node -> isCountedOn(node) && node.confirmed().contains(id));
  }

  /** Whether all others are there to agree. */
  boolean areAllCountedOn() {
    return others.stream().allMatch(Heard::isCountedOn);
  }

  /** The ids of others' epochs that go on. */
  List<Long> active() {
    return others.stream()
        .map(node -> node.epoch().id())
        .filter(id -> id != 0 && isActive(id))
        .toList();
  }

  /**
   * Whether somebody may still let L3 judge by an epoch.
   *
   * @param expiry how long after a node was heard of nobody acts by that any more
   */
  boolean isBelievedIn(long id, Duration expiry) {
    return others.stream()
        .anyMatch(node -> node.epoch().id() == id && !node.epoch().isEnding()
            && node.silence().compareTo(expiry) <= 0);
  }

  /** Whether a node waits until nobody confirms its epoch any more. */
  boolean isAnyEnding(Duration expiry) {
    return others.stream()
        .anyMatch(node -> node.epoch().isEnding() && node.silence().compareTo(expiry) <= 0);
  }

  /** Whether somebody has not taken back yet that he confirms an epoch. */
  boolean isConfirmed(long id, Duration expiry) {
    return others.stream()
        .anyMatch(node -> node.confirmed().contains(id)
            && node.silence().compareTo(expiry) <= 0);
  }
}
