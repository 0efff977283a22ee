package dev.nivel.redis;

import dev.nivel.store.ItemBounds;
import dev.nivel.store.Time;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Redis as the tests of this package use it. */
final class RedisFixture {
  static final Duration TTL = Duration.ofHours(1);
  static final int NODE = 7;

  private RedisFixture() {}

  static RedisSettings settings(String url) {
    return settings(url, null, null);
  }

  static RedisSettings settings(String url, @Nullable String username,
      @Nullable String password) {
    return new RedisSettings(url, username, password, Duration.ofSeconds(2), TTL, 1_024, 1 << 20,
        ItemBounds.DEFAULT);
  }

  /** A connected L2. */
  static RedisL2 connect(String url) {
    RedisL2 l2 = RedisL2.open(settings(url), Time.SYSTEM, () -> NODE);
    l2.probe(true);
    return l2;
  }

  /** Runs plain commands against a server, past Nivel. */
  static <T> T commands(String url, Function<RedisCommands<String, String>, T> work) {
    try (RedisClient client = RedisClient.create(url)) {
      return work.apply(client.connect().sync());
    }
  }
}
