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

  private static final List<NodeSettings> SETTINGS = List.of(new NodeSettings(1, 100, 3_600, 1),
      new NodeSettings(2, 100, 3_600, 1), new NodeSettings(1, 5, 2, 2),
      new NodeSettings(2, 5, 2, 2));
  /** So many seeds in a row share their servers' settings, so that few runs start them anew. */
  private static final int SEEDS_WITH_SAME_SETTINGS = 10;
  private static final List<String> POINTS = List.of("write-before-redis",
      "write-after-redis", "write-after-journal", "write-before-acknowledgement",
      "sync-after-commit",
      "sync-before-settling", "sync-after-settling", "sync-after-adoption",
      "recovery-after-offer", "recovery-after-telling", "bypass-after-commit",
      "erase-after-commit", "erase-after-redis");

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
    LoadSettings load = new LoadSettings(seed, "run-" + seed, 8, 12, 3, Duration.ofMillis(4));
    List<Planned> faults = new ArrayList<>();
    int wanted = allowed.size() <= 1 ? allowed.size() : random.nextInt(10) < 4 ? 1 : 2;
    for (int attempt = 0; attempt < 100 && faults.size() < wanted; attempt++) {
      Planned fault = fault(random, allowed.get(random.nextInt(allowed.size())), nodes.nodes());
      if (faults.stream().allMatch(other -> goTogether(other.kind(), fault.kind()))) {
        faults.add(fault);
      }
    }
    return new Plan(seed, nodes, load, List.copyOf(faults));
  }

  private static boolean goTogether(FaultKind a, FaultKind b) {
    boolean losesBoth = (a.losesRedis() && b.endsNivel()) || (b.losesRedis() && a.endsNivel());
    return a.target() != b.target() && (HAS_JOURNAL || !losesBoth);
  }

  private static Planned fault(Random random, FaultKind kind, int nodes) {
    int chosen = random.nextInt(nodes + 1) - 1; // -1 = all, where that has a meaning
    int node = switch (kind.target()) {
      case NIVEL -> Math.max(0, chosen);
      case REDIS, POSTGRES -> -1;
      case REDIS_LINK, POSTGRES_LINK -> ARE_PARTITIONS_PARTIAL ? chosen : -1;
    };
    Duration at = Duration.ofMillis(100 + random.nextInt(600));
    Duration lasting = Duration.ofMillis(50 + random.nextInt(1_400));
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
      default -> 0;
    };
  }
}
