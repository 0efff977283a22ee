package dev.nivel.redis;

import dev.nivel.store.Judgement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is to be thought of what a Redis server says of itself. */
final class RedisJudgements {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");
  private static final int MAJOR_MIN = 6;
  private static final int MINOR_MIN = 2;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final double NEARLY_FULL = 0.9;

  private RedisJudgements() {}

  /** Whether it has what Nivel's scripts need. */
  static Judgement version(ServerFacts facts) {
    String version = facts.fact("redis_version");
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return Judgement.warning("it does not tell its version",
          "see that it is Redis 6.2 or newer, or Valkey");
    }
    String valkey = facts.fact("valkey_version");
    String seen = valkey.isEmpty() ? "Redis " + version : "Valkey " + valkey;
    int major = Integer.parseInt(parts.group(1));
    boolean isNewEnough = major > MAJOR_MIN
        || (major == MAJOR_MIN && Integer.parseInt(parts.group(2)) >= MINOR_MIN);
    return isNewEnough ? Judgement.ok(seen)
        : Judgement.mend(seen, "update it to Redis 6.2 or newer, or to Valkey");
  }

  /**
   * Whether it is the server that takes writes, of the kind that the URL names.
   *
   * @param seen how the servers work together
   */
  static Judgement topology(ServerFacts facts, RedisUrl.Kind kind, String seen) {
    if (facts.isReplica()) {
      return Judgement.mend(seen + ", which is a replica and takes no writes",
          RedisAdvice.TO_THE_MASTER);
    }
    if (facts.isOfCluster() && kind != RedisUrl.Kind.CLUSTER) {
      return Judgement.mend(seen + ", which is a node of a cluster",
          "set REDIS_URL to several nodes of the cluster, separated by commas");
    }
    return facts.isLoading() ? Judgement.mend(seen + ", which is loading its data",
        "wait until it has loaded them") : Judgement.ok(seen);
  }

  /** Whether it may remove what is not in PostgreSQL yet. */
  static Judgement evictionPolicy(ServerFacts facts) {
    String policy = facts.evictionPolicy();
    if (policy.isEmpty()) {
      return Judgement.warning("it does not tell its eviction policy",
          "see that its maxmemory-policy is volatile-lru or noeviction, not allkeys-*");
    }
    String seen = policy + memory(facts);
    if (facts.mayEvictUnsynced()) {
      return Judgement.mend(seen + "; it may remove writes that are not in PostgreSQL yet",
          "set maxmemory-policy to volatile-lru, or to noeviction");
    }
    return policy.equals("noeviction") && isNearlyFull(facts)
        ? Judgement.warning(seen + "; when it is full, it takes no writes",
            "raise maxmemory, or set maxmemory-policy to volatile-lru, which removes what is in"
                + " PostgreSQL")
        : Judgement.ok(seen);
  }

  private static boolean isNearlyFull(ServerFacts facts) {
    long max = facts.maxMemoryBytes();
    return max > 0 && facts.usedMemoryBytes() > max * NEARLY_FULL;
  }

  private static String memory(ServerFacts facts) {
    if (facts.fact("maxmemory").isEmpty()) {
      return "";
    }
    long max = facts.maxMemoryBytes();
    return max == 0 ? "; no maxmemory"
        : String.format(Locale.ROOT, "; %.0f of %.0f MiB are used",
            facts.usedMemoryBytes() / BYTES_PER_MEBIBYTE, max / BYTES_PER_MEBIBYTE);
  }

  /**
   * Whether what it holds survives its restart.
   *
   * @param snapshots when it saves them, as {@code CONFIG GET save} says; empty if it does not say
   */
  static Judgement persistence(ServerFacts facts, Optional<String> snapshots) {
    List<String> failed = List.of("aof_last_write_status", "aof_last_bgrewrite_status",
        "rdb_last_bgsave_status")
        .stream()
        .filter(name -> facts.fact(name).equals("err"))
        .toList();
    if (!failed.isEmpty()) {
      return Judgement.warning("it could not save its data (" + String.join(", ", failed) + ")",
          "see its log, and whether its disk is full");
    }
    if (facts.fact("aof_enabled").equals("1")) {
      return Judgement.ok("append-only file");
    }
    if (snapshots.isEmpty()) {
      return Judgement.warning("no append-only file, and it does not tell whether it makes"
          + " snapshots", "see that its data survive a restart");
    }
    return snapshots.get().isEmpty()
        ? Judgement.warning("neither an append-only file nor snapshots: a restart empties it, and"
            + " answers are in doubt until all nodes have brought back what was not synced",
            "set appendonly to yes")
        : Judgement.ok("snapshots (save " + snapshots.get() + "), no append-only file");
  }
}
