package dev.nivel.faults.plan;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.NodeSettings;
import dev.nivel.faults.cluster.RedisKind;
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
  /** In every second round through the settings, three servers take the place of two. */
  private static final List<NodeSettings> OF_THREE = List.of(
      new NodeSettings(3, 100, 3_600, 1, false), new NodeSettings(3, 5, 2, 2, false));
  /** Much or little of the load is only in Redis, outbox and journal when a master is lost. */
  private static final List<NodeSettings> OF_FAILOVERS = List.of(
      new NodeSettings(2, 5, 3_600, 300, false), new NodeSettings(2, 100, 3_600, 1, false),
      new NodeSettings(1, 5, 2, 300, false), new NodeSettings(2, 5, 2, 2, false));
  private static final int FAILOVERS_WITH_SAME_SETTINGS = 5;
  private static final int PARTITIONED_OF_TEN = 3;
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(6);
  private static final Duration SWAPS_MAX = Duration.ofMinutes(1);
  /** So many seeds in a row share their servers' settings, so that few runs start them anew. */
  private static final int SEEDS_WITH_SAME_SETTINGS = 10;
  private static final List<String> POINTS = List.of("write-before-redis",
      "write-after-redis", "write-after-journal", "write-before-acknowledgement",
      "sync-after-commit",
      "sync-before-settling", "sync-after-settling", "sync-after-adoption",
      "recovery-after-offer", "recovery-after-telling", "bypass-after-commit",
      "erase-after-commit", "erase-after-redis");

  private static final int LOST_REPLIES_MAX = 20;

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
    NodeSettings nodes = settings(seed);
    if (nodes.nodes() == Cluster.NODES_MAX && random.nextInt(10) < PARTITIONED_OF_TEN) {
      Partition partition = Partition.of(random.nextInt(1_000));
      List<Planned> faults = partition.faults(random, nodes.nodes(), SHORT_PAUSE);
      if (faults.stream().allMatch(fault -> allowed.contains(fault.kind()))) {
        return new Plan(seed, nodes, contended(seed), faults);
      }
    }
    LoadSettings load = nodes.nodes() == Cluster.NODES_MAX ? contended(seed) : mixed(seed);
    List<Planned> faults = List.copyOf(faults(random, allowed, nodes.nodes()));
    boolean sparesStores = faults.stream().allMatch(fault -> fault.kind().sparesStores());
    return new Plan(seed, sparesStores ? nodes.patient() : nodes, load, faults);
  }

  /**
   * The plan of a seed with three servers, some of which lose a store for seconds.
   *
   * @param pause how long one is paused, if that is what the seed has
   */
  public static Plan partition(long seed, Duration pause) {
    return new Plan(seed, OF_THREE.get(Math.floorMod(block(seed), OF_THREE.size())),
        contended(seed),
        Partition.of(seed).faults(new Random(seed), Cluster.NODES_MAX, pause));
  }

  /**
   * The plan of a seed with so many swaps of replies, before a server whose memory holds few of the
   * conversations that are read, so that Redis is asked for values all the time.
   */
  public static Plan swaps(long seed, long wanted) {
    LoadSettings load = new LoadSettings(seed, "run-" + seed, 24, 24, 3, Duration.ofMillis(2),
        HAS_KEYS, false);
    return new Plan(seed, new NodeSettings(1, 2, 3_600, 1, false), load,
        List.of(new Planned(FaultKind.REDIS_SWAP, -1, Duration.ofMillis(500), SWAPS_MAX, wanted,
            "")));
  }

  /**
   * The plan of a seed in which a master of Redis is lost. In every second pair of seeds its
   * replicas do not hear its last writes, and in every second seed clients of two servers compete.
   */
  public static Plan failover(long seed, RedisKind redis) {
    Random random = new Random(seed);
    NodeSettings nodes = OF_FAILOVERS.get((int) Math.floorMod(
        Math.floorDiv(seed, (long) FAILOVERS_WITH_SAME_SETTINGS), (long) OF_FAILOVERS.size()));
    boolean isUnheard = Math.floorMod(seed, 4) < 2;
    boolean isContended = nodes.nodes() > 1 && Math.floorMod(seed, 2) == 1;
    FaultKind kind = random.nextInt(3) == 0 ? FaultKind.MASTER_FREEZE : FaultKind.MASTER_KILL;
    Duration at = Duration.ofMillis(400 + random.nextInt(1_500));
    Duration away = Duration.ofMillis(random.nextInt(3) == 0 ? 0 : 500 + random.nextInt(3_000));
    Planned loss = new Planned(kind, random.nextInt(redis.masters()), at, away,
        isUnheard ? 300 + random.nextInt(500) : 0, "");
    return new Plan(seed, nodes, isContended ? contended(seed) : mixed(seed), List.of(loss));
  }

  private static LoadSettings mixed(long seed) {
    return new LoadSettings(seed, "run-" + seed, 8, 12, 3, Duration.ofMillis(4), HAS_KEYS, false);
  }

  private static LoadSettings contended(long seed) {
    return new LoadSettings(seed, "run-" + seed, 9, 6, 2, Duration.ofMillis(20), HAS_KEYS,
        true);
  }

  private static long block(long seed) {
    return Math.floorDiv(seed, SEEDS_WITH_SAME_SETTINGS);
  }

  private static NodeSettings settings(long seed) {
    int number = Math.floorMod(block(seed), SETTINGS.size());
    NodeSettings settings = SETTINGS.get(number);
    boolean isOfThree = settings.nodes() == 2
        && Math.floorMod(Math.floorDiv(block(seed), SETTINGS.size()), 2) == 1;
    return isOfThree ? OF_THREE.get(number / 2) : settings;
  }

  private static List<Planned> faults(Random random, List<FaultKind> allowed, int nodes) {
    List<Planned> faults = new ArrayList<>();
    int wanted = allowed.size() <= 1 ? allowed.size() : random.nextInt(10) < 4 ? 1 : 2;
    for (int attempt = 0; attempt < 100 && faults.size() < wanted; attempt++) {
      Planned fault = fault(random, allowed.get(random.nextInt(allowed.size())), nodes);
      if (faults.stream().allMatch(other -> goTogether(other.kind(), fault.kind()))) {
        faults.add(fault);
      }
    }
    if (random.nextInt(3) == 0) {
      takeBothOtherCopies(random, allowed, faults, nodes);
    }
    return faults;
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
      case REDIS, POSTGRES, REST -> -1;
      case MASTER -> throw new IllegalArgumentException(kind + " has plans of its own");
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
      case REST_LOSE_REPLY -> 1 + random.nextInt(LOST_REPLIES_MAX);
      case CLOCK_JUMP -> JUMPS.get(random.nextInt(JUMPS.size()));
      default -> 0;
    };
  }
}
