package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.L2;
import dev.nivel.store.UnavailableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

  /** Asks for the right to fill; to be called before L3 is read. It may not be to be had. */
  Turn begin(String conversation) {
    return new Turn(conversation, ask(() -> l2.beginFill(conversation)));
  }

  /** The same, but takes the right from whoever has it. */
  Turn takeOver(String conversation) {
    return new Turn(conversation, ask(() -> Optional.of(l2.takeFill(conversation))));
  }

  /** For the rights to fill several conversations, none of which is asked for yet. */
  Turns turns() {
    return new Turns();
  }

  private @Nullable String ask(Supplier<Optional<String>> question) {
    if (!health.isRedisUsed()) {
      return null;
    }
    try {
      return question.get().orElse(null);
    } catch (UnavailableException e) {
      return null;
    }
  }

  /**
   * The right to fill one conversation once. Closing it gives the right back if it was not used, so
   * that whoever comes next need not wait until it ends by itself. For one thread.
   */
  final class Turn implements AutoCloseable {
    private final String conversation;
    private @Nullable String token;

    private Turn(String conversation, @Nullable String token) {
      this.conversation = conversation;
      this.token = token;
    }

    /** Fills, if the right is there and nobody has written meanwhile; returns whether it did. */
    boolean fill(Contents stored) {
      return use(right -> l2.fill(conversation, stored, right));
    }

    @Override
    public void close() {
      use(right -> {
        l2.endFill(conversation, right);
        return true;
      });
    }

    private boolean use(Predicate<String> action) {
      @Nullable String right = token;
      token = null;
      if (right == null) {
        return false;
      }
      try {
        return action.test(right);
      } catch (UnavailableException e) {
        LOG.debug("Redis was not filled, or the right to fill not given back", e);
        return false;
      }
    }
  }

  /** The rights to fill conversations once, as {@link Turn} is for one. For one thread. */
  final class Turns implements AutoCloseable {
    private final Map<String, String> tokens = new HashMap<>();
    private boolean areAsked;

    private Turns() {}

    /**
     * Asks L2 what it holds, and for the rights with it.
     *
     * @throws UnavailableException as L2 does
     */
    Map<String, Contents> look(Collection<String> conversations) {
      L2.Look look = l2.look(conversations);
      tokens.putAll(look.tokens());
      areAsked = true;
      return look.contents();
    }

    /**
     * Asks for the rights, unless that was done with the look; to be called before L3 is read. They
     * may not all be to be had.
     */
    void begin(Collection<String> conversations) {
      if (!areAsked && health.isRedisUsed()) {
        tell(() -> tokens.putAll(l2.beginFills(conversations)));
      }
    }

    /** Fills those of which the right is there. */
    void fill(Map<String, Contents> stored) {
      Map<String, String> used = new HashMap<>(tokens);
      used.keySet().retainAll(stored.keySet());
      tokens.keySet().removeAll(used.keySet());
      if (!used.isEmpty()) {
        tell(() -> l2.fill(stored, used));
      }
    }

    @Override
    public void close() {
      if (!tokens.isEmpty()) {
        tell(() -> l2.endFills(tokens));
      }
    }

    private void tell(Runnable telling) {
      try {
        telling.run();
      } catch (UnavailableException e) {
        LOG.debug("Redis was not filled, or rights to fill not to be had or given back", e);
      }
    }
  }
}
