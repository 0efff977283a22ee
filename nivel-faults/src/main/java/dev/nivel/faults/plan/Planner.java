package dev.nivel.faults.plan;

import dev.nivel.faults.cluster.NodeSettings;
import dev.nivel.faults.load.LoadSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes plans from seeds. Stateless. */
public final class Planner {
  /**
   * Whether servers have a journal. Without one, a Redis that has lost its data and a server that
   * has lost its memory have lost what was not synced, so no run has both.
   */
  static final boolean HAS_JOURNAL = true;

  /** Whether the lines of one server alone may break while those of the other hold. */
  static final boolean ARE_PARTITIONS_PARTIAL = true;

  /** Whether servers know the Idempotency-Key. */
  static final boolean HAS_KEYS = true;

  private static final List<NodeSettings> SETTINGS = List.of(
      new NodeSettings(1, 100, 3_600, 1, false), new NodeSettings(2, 100, 3_600, 1, false),
      new NodeSettings(1, 5, 2, 2, false), new NodeSettings(2, 5, 2, 2, false),
      new NodeSettings(1, 100, 3_600, 1, true));
  /** So many seeds in a row share their servers' settings, so that few runs start them anew. */
  private static final int SEEDS_WITH_SAME_SETTINGS = 10;
  private static final List<String> POINTS = List.of("write-before-redis",
      "write-after-redis", "write-after-journal", "write-before-acknowledgement",
      "sync-after-commit",
      "sync-before-settling", "sync-after-settling", "sync-after-adoption",
      "recovery-after-offer", "recovery-after-telling", "bypass-after-commit",
      "erase-after-commit", "erase-after-redis");

  /** By how many milliseconds clocks jump. Stores take stamps up to 60 s ahead. */
  private static final List<Long> JUMPS = List.of(-3_600_000L, -1_000L, 1_000L, 70_000L,
      3_600_000L);

  private Planner() {}

  /**
   * The plan of a seed.
   *
   * @param allowed which kinds of faults it may have
   */
  public static Plan plan(long seed, List<FaultKind> allowed) {
    Random random = new Random(seed);
    NodeSettings nodes = SETTINGS
        .get((int) Math.floorMod(seed / SEEDS_WITH_SAME_SETTINGS, (long) SETTINGS.size()));
    LoadSettings load = new LoadSettings(seed, "run-" + seed, 8, 12, 3, Duration.ofMillis(4),
        HAS_KEYS);
    List<Planned> faults = new ArrayList<>();
    int wanted = allowed.size() <= 1 ? allowed.size() : random.nextInt(10) < 4 ? 1 : 2;
    for (int attempt = 0; attempt < 100 && faults.size() < wanted; attempt++) {
      Planned fault = fault(random, allowed.get(random.nextInt(allowed.size())), nodes.nodes());
      if (faults.stream().allMatch(other -> goTogether(other.kind(), fault.kind()))) {
        faults.add(fault);
      }
    }
    if (random.nextInt(3) == 0) {
      takeBothOtherCopies(random, allowed, faults, nodes.nodes());
    }
    return new Plan(seed, nodes, load, List.copyOf(faults));
  }

  /** With a full disk, Redis and the server are lost: what the journal claimed must be in it. */
  private static void takeBothOtherCopies(Random random, List<FaultKind> allowed,
      List<Planned> faults, int nodes) {
    for (Planned full : List.copyOf(faults)) {
      if (full.kind() != FaultKind.DISK_FULL) {
        continue;
      }
      for (FaultKind kind : List.of(FaultKind.REDIS_EMPTY, FaultKind.NIVEL_KILL)) {
        boolean isFree = faults.stream().allMatch(other -> goTogether(other.kind(), kind));
        if (allowed.contains(kind) && isFree) {
          faults.add(fault(random, kind, nodes).on(full.node()));
        }
      }
    }
  }

  private static boolean goTogether(FaultKind a, FaultKind b) {
    boolean losesBoth = (a.losesRedis() && b.endsNivel()) || (b.losesRedis() && a.endsNivel());
    return a.target() != b.target() && (HAS_JOURNAL || !losesBoth);
  }

  private static Planned fault(Random random, FaultKind kind, int nodes) {
    int chosen = random.nextInt(nodes + 1) - 1; // -1 = all, where that has a meaning
    int node = switch (kind.target()) {
      case NIVEL, DISK, CLOCK -> Math.max(0, chosen);
      case REDIS, POSTGRES -> -1;
      case REDIS_LINK, POSTGRES_LINK -> ARE_PARTITIONS_PARTIAL ? chosen : -1;
    };
    Duration at = Duration.ofMillis(100 + random.nextInt(600));
    Duration lasting = Duration.ofMillis(kind == FaultKind.CLOCK_JUMP
        ? 100 + random.nextInt(700)
        : 50 + random.nextInt(1_400));
    String point = kind == FaultKind.NIVEL_POINT
        ? POINTS.get(random.nextInt(POINTS.size())) + ":" + (1 + random.nextInt(20))
        : "";
    return new Planned(kind, node, at, lasting, amount(random, kind), point);
  }

  private static long amount(Random random, FaultKind kind) {
    return switch (kind) {
      case REDIS_DELAY, POSTGRES_DELAY -> 2 + random.nextInt(400);
      case REDIS_THROTTLE -> 20_000L + random.nextInt(300_000);
      case REDIS_RESET_REQUEST, REDIS_RESET_REPLY, REDIS_TRUNCATE, POSTGRES_RESET_REQUEST,
          POSTGRES_RESET_REPLY, POSTGRES_TRUNCATE ->
        1 + random.nextInt(20_000);
      case CLOCK_JUMP -> JUMPS.get(random.nextInt(JUMPS.size()));
      default -> 0;
    };
  }
}
