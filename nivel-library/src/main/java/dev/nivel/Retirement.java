package dev.nivel;

import dev.nivel.store.L2;
import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retires dead nodes, for whom the others would wait for ever, once nothing of theirs is in Redis
 * alone. A node that is silent in L3 may live on and write to Redis: so each says in Redis that it
 * is there, for as long as what it has just written is not adopted if it dies ({@link SyncPath}).
 * Used by one thread at a time.
 */
final class Retirement {
  private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

  /** Longer than it takes until a silent node counts as dead. */
  private static final Duration SILENCE_MIN = Duration.ofSeconds(15);
  /** Longer than it takes until a node is there again after Redis has lost its data. */
  private static final Duration ABSENCE_MIN = Duration.ofSeconds(5);

  private final L2 l2;
  private final Membership membership;
  private final Time time;
  private final Duration validity;
  /** When silent nodes were found not to be there for the first time, by number. */
  private final Map<Integer, Long> absentSinceNanos = new TreeMap<>();

  /**
   * @param overdue the age at which unsynced writes of a dead node are adopted
   */
  Retirement(L2 l2, Membership membership, Time time, Duration overdue) {
    this.l2 = l2;
    this.membership = membership;
    this.time = time;
    validity = overdue.compareTo(SILENCE_MIN) > 0 ? overdue : SILENCE_MIN;
  }

  /** Says in Redis that this node is there. */
  void present(L2 redis) {
    if (membership.isClaimed()) {
      redis.present(membership.number(), validity);
    }
  }

  /** The nodes that are dead, if what is overdue is brought to L3 from now on. */
  List<Integer> candidates() {
    List<Integer> silent = membership.silentFor(validity);
    absentSinceNanos.keySet().retainAll(silent);
    try {
      for (int node : silent) {
        if (l2.isPresent(node)) {
          absentSinceNanos.remove(node);
        } else {
          absentSinceNanos.putIfAbsent(node, time.nanos());
        }
      }
    } catch (UnavailableException e) {
      LOG.debug("Redis does not say who is there", e);
      return List.of();
    }
    return absentSinceNanos.entrySet()
        .stream()
        .filter(absent -> time.nanos() - absent.getValue() >= ABSENCE_MIN.toNanos())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * What was overdue is in L3 now.
   *
   * @param candidates from {@link #candidates}
   * @param elapsed since it was asked for
   */
  void retire(NodeRegistry nodes, List<Integer> candidates, Duration elapsed) {
    if (!candidates.isEmpty()) {
      nodes.retire(candidates, validity.plus(elapsed));
      LOG.info("Of {}, dead nodes, nothing is in Redis alone any more", candidates);
    }
  }
}
