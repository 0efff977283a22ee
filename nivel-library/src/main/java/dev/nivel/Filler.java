package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.L2;
import dev.nivel.store.UnavailableException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills Redis with what L3 holds, where it can: a Redis that fails is not filled, and the read goes
 * on without it.
 */
final class Filler {
  private static final Logger LOG = LoggerFactory.getLogger(Filler.class);

  private final L2 l2;
  private final Health health;

  Filler(L2 l2, Health health) {
    this.l2 = l2;
    this.health = health;
  }

  /** Asks for the right to fill; to be called before L3 is read. Empty if it is not to be had. */
  Optional<String> begin(String conversation) {
    if (!health.isRedisUsed()) {
      return Optional.empty();
    }
    try {
      return l2.beginFill(conversation);
    } catch (UnavailableException e) {
      return Optional.empty();
    }
  }

  /** Fills, if the right is there and nobody has written meanwhile. */
  void fill(String conversation, Contents stored, Optional<String> token) {
    if (token.isEmpty()) {
      return;
    }
    try {
      l2.fill(conversation, stored, token.get());
    } catch (UnavailableException e) {
      LOG.debug("Redis was not filled", e);
    }
  }
}
