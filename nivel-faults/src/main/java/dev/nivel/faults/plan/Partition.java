package dev.nivel.faults.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Faults of several servers, of which some lose a store for seconds while the others keep it: so
 * long that the breaker opens, the others are told, and the trial closes it again.
 */
public enum Partition {
  /** One server is cut off from Redis. */
  REDIS_LINE {
    @Override
    List<Planned> faults(Dice dice) {
      return List.of(dice.redisLine(dice.node()));
    }
  },
  /** One server is cut off from PostgreSQL. */
  POSTGRES_LINE {
    @Override
    List<Planned> faults(Dice dice) {
      return List.of(dice.postgresLine(dice.node()));
    }
  },
  /** One server is cut off from Redis, another from PostgreSQL. */
  BOTH_LINES {
    @Override
    List<Planned> faults(Dice dice) {
      int node = dice.node();
      return List.of(dice.redisLine(node), dice.postgresLine(dice.otherThan(node)));
    }
  },
  /** A server that is cut off from Redis is frozen, and goes on before or after the healing. */
  FROZEN_IN_BYPASS {
    @Override
    List<Planned> faults(Dice dice) {
      return dice.within(FaultKind.NIVEL_FREEZE, dice.redisLine(dice.node()));
    }
  },
  /** A server that is cut off from Redis is killed, and started again before or after it. */
  KILLED_IN_BYPASS {
    @Override
    List<Planned> faults(Dice dice) {
      return dice.within(FaultKind.NIVEL_KILL, dice.redisLine(dice.node()));
    }
  },
  /** All servers are cut off from Redis. */
  ALL_REDIS_LINES {
    @Override
    List<Planned> faults(Dice dice) {
      return List.of(dice.redisLine(-1));
    }
  },
  /** Redis is dead, and has what a dead server had not synced. */
  DEAD_WITH_UNSYNCED {
    @Override
    List<Planned> faults(Dice dice) {
      Planned redis = dice.planned(FaultKind.REDIS_KILL, -1, dice.beginning(), dice.seconds());
      Duration before = redis.at().minusMillis(dice.upTo(200));
      return List.of(redis,
          dice.planned(FaultKind.NIVEL_KILL, dice.node(), before, dice.seconds()));
    }
  },
  /** One server is paused for a minute, and what it has in memory is old when it goes on. */
  PAUSED {
    @Override
    List<Planned> faults(Dice dice) {
      return List.of(
          dice.planned(FaultKind.NIVEL_FREEZE, dice.node(), dice.beginning(), dice.pause()));
    }
  };

  /** Of ten seeds in a row three have one server cut off from Redis, each in its own way. */
  private static final List<Partition> CYCLE = List.of(REDIS_LINE, BOTH_LINES, FROZEN_IN_BYPASS,
      REDIS_LINE, POSTGRES_LINE, ALL_REDIS_LINES, REDIS_LINE, KILLED_IN_BYPASS,
      DEAD_WITH_UNSYNCED, PAUSED);

  /** Which one a seed has. */
  static Partition of(long seed) {
    return CYCLE.get((int) Math.floorMod(seed, (long) CYCLE.size()));
  }

  abstract List<Planned> faults(Dice dice);

  /** Its faults, drawn at random. */
  List<Planned> faults(Random random, int nodes, Duration pause) {
    return faults(new Dice(random, nodes, pause));
  }

  /** Draws what differs between two runs of a kind. */
  record Dice(Random random, int nodes, Duration pause) {
    private static final List<FaultKind> REDIS_CUTS = List.of(FaultKind.REDIS_CUT,
        FaultKind.REDIS_DEAF, FaultKind.REDIS_MUTE);
    private static final List<FaultKind> POSTGRES_CUTS = List.of(FaultKind.POSTGRES_CUT,
        FaultKind.POSTGRES_DEAF, FaultKind.POSTGRES_MUTE);

    int node() {
      return random.nextInt(nodes);
    }

    int otherThan(int node) {
      return (node + 1 + random.nextInt(nodes - 1)) % nodes;
    }

    int upTo(int bound) {
      return random.nextInt(bound);
    }

    Duration beginning() {
      return Duration.ofMillis(400 + random.nextInt(600));
    }

    Duration seconds() {
      return Duration.ofMillis(4_000 + random.nextInt(8_000));
    }

    Planned planned(FaultKind kind, int node, Duration at, Duration lasting) {
      return new Planned(kind, node, at, lasting, 0, "");
    }

    Planned redisLine(int node) {
      return planned(REDIS_CUTS.get(random.nextInt(REDIS_CUTS.size())), node, beginning(),
          seconds());
    }

    Planned postgresLine(int node) {
      return planned(POSTGRES_CUTS.get(random.nextInt(POSTGRES_CUTS.size())), node, beginning(),
          seconds());
    }

    /** A server's line, and what happens to that server some time later. */
    List<Planned> within(FaultKind kind, Planned line) {
      List<Planned> both = new ArrayList<>();
      both.add(line);
      Duration at = line.at().plusMillis(1_500 + random.nextInt(2_000));
      both.add(planned(kind, line.node(), at, Duration.ofMillis(500 + random.nextInt(5_000))));
      return both;
    }
  }
}
