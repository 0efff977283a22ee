package dev.nivel.redis;

import dev.nivel.store.ItemBounds;
import dev.nivel.store.L2;
import dev.nivel.store.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Redis as the tests of this package use it. */
final class RedisFixture {
  static final Duration TTL = Duration.ofHours(1);
  static final Duration TIMEOUT = Duration.ofSeconds(10);
  /** How long a test waits for what comes by itself, on a machine however busy. */
  static final Duration WAIT_MAX = Duration.ofMinutes(1);
  static final int NODE = 7;
  static final RedisSettings.Compressing COMPRESSING = new RedisSettings.Compressing(1_024, true);

  private RedisFixture() {}

  static RedisSettings settings(String url) {
    return settings(url, null, null);
  }

  static RedisSettings settings(String url, @Nullable String username,
      @Nullable String password) {
    return settings(url, username, password, TIMEOUT);
  }

  static RedisSettings settings(String url, @Nullable String username,
      @Nullable String password, Duration timeout) {
    return new RedisSettings(url, new RedisSettings.Login(username, password, null), timeout, TTL,
        COMPRESSING, 1 << 20, ItemBounds.DEFAULT);
  }

  /** A connected L2. */
  static RedisL2 connect(String url) {
    return connect(url, NODE, L2.Listener.NONE);
  }

  /** A connected L2 of a node, with the one that hears of changes. */
  static RedisL2 connect(String url, int node, L2.Listener listener) {
    RedisL2 l2 = open(url, TIMEOUT, node);
    l2.listen(listener);
    l2.probe(true);
    return l2;
  }

  /** An L2 that is not connected yet. */
  static RedisL2 open(String url, Duration timeout, int node) {
    return RedisL2.open(settings(url, null, null, timeout), Time.SYSTEM, () -> node);
  }
}
