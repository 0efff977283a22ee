package dev.nivel.faults;

import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.load.NodeClient;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * How often the breakers of a server have opened, and why the last time.
 *
 * @param redis that of Redis
 * @param supabase that of Supabase
 */
record Breakers(Breaker redis, Breaker supabase) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** One of them. */
  record Breaker(long opened, String reason) {
    /** Reads it; what is missing is no 0. */
    static Breaker of(JsonNode node) {
      if (!node.path("opened").isIntegralNumber()) {
        throw new IllegalStateException("a server does not tell how often a breaker opened: "
            + node);
      }
      return new Breaker(node.path("opened").longValue(), node.path("reason").asString(""));
    }
  }

  boolean haveOpenedSince(Breakers before) {
    return redis.opened != before.redis.opened || supabase.opened != before.supabase.opened;
  }

  /**
   * Asks a server.
   *
   * @throws IllegalStateException if it does not tell
   */
  static Breakers of(NodeClient server) {
    Wait.until(() -> !server.metrics().isMissingNode(), PATIENCE);
    JsonNode breakers = server.metrics().path("breakers");
    return new Breakers(Breaker.of(breakers.path("redis")),
        Breaker.of(breakers.path("supabase")));
  }
}
