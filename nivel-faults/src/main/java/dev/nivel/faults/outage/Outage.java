package dev.nivel.faults.outage;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.proxy.Direction;
import java.time.Duration;
import java.util.Locale;

/** What happens to Redis, as the first server sees it. */
public enum Outage {
  /** kill -9; it is started again at the end. */
  KILLED,
  /** SIGSTOP. */
  FROZEN,
  /** Every byte from and to it takes 500 ms more. */
  SLOW,
  /** What it sends vanishes. */
  MUTE,
  /** Cut and reachable in turns, a second each. */
  FLAPPING;

  private static final Duration DELAY = Duration.ofMillis(500);
  private static final Duration FLAP = Duration.ofSeconds(1);

  /** Has it happen for a while; what it leaves behind, {@link Cluster#heal} mends. */
  void happen(Cluster cluster, Duration lasting) {
    long end = System.nanoTime() + lasting.toNanos();
    switch (this) {
      case KILLED -> cluster.redis().kill();
      case FROZEN -> cluster.redis().freeze();
      case SLOW -> cluster.redisProxy(0).delay(DELAY);
      case MUTE -> cluster.redisProxy(0).cutOneWay(Direction.TO_CLIENT);
      case FLAPPING -> flap(cluster, end);
    }
    Wait.pause(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
  }

  private static void flap(Cluster cluster, long end) {
    while (System.nanoTime() - end < 0) {
      cluster.redisProxy(0).cut();
      Wait.pause(FLAP);
      cluster.redisProxy(0).heal();
      Wait.pause(FLAP);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
