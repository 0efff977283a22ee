package dev.nivel.redis;

import dev.nivel.store.NivelException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to do about a failure of Redis, for the doctor. */
final class RedisAdvice {
  static final String TO_THE_MASTER = "set REDIS_URL to the master, or to its Sentinels:"
      + " redis-sentinel://host:port,host:port?sentinelMasterId=NAME";
  private static final String LOGIN = "correct REDIS_USERNAME and REDIS_PASSWORD";
  private static final String RIGHTS = "give the user ~nivel:* &nivel:* +@all -@dangerous +info, in"
      + " a cluster also +cluster|nodes +asking (docs/redis.md)";

  /** By the code of an error reply. */
  private static final Map<String, String> OF_REPLIES = Map.ofEntries(
      Map.entry("READONLY", TO_THE_MASTER),
      Map.entry("MASTERDOWN", TO_THE_MASTER),
      Map.entry("LOADING", "wait until it has loaded its data"),
      Map.entry("CLUSTERDOWN", "bring the missing nodes back: redis-cli --cluster check"),
      Map.entry("MISCONF", "see its log, and make room on its disk"),
      Map.entry("OOM", "raise maxmemory, or set maxmemory-policy to volatile-lru, which removes"
          + " what is in PostgreSQL"),
      Map.entry("NOREPLICAS", "bring its replicas back, or lower min-replicas-to-write"),
      Map.entry("BUSY", "end the script: redis-cli SCRIPT KILL"),
      Map.entry("WRONGPASS", LOGIN),
      Map.entry("NOAUTH", LOGIN));

  private RedisAdvice() {}

  /** What to do; never empty. */
  static String of(NivelException failure) {
    @Nullable String reply = RedisErrors.replyIn(failure);
    if (reply == null) {
      return isOfTls(failure)
          ? "see that REDIS_CA_FILE has the authority of its certificate, and that it speaks TLS"
              + " there (rediss) or not (redis)"
          : "see that Redis runs there, that REDIS_URL names it, and that nothing is between";
    }
    return RedisErrors.isOfLackingRight(reply) ? RIGHTS
        : OF_REPLIES.getOrDefault(RedisErrors.code(reply),
            "see Redis's log, and that REDIS_URL says what is there: one server, Sentinels or a"
                + " cluster");
  }

  private static boolean isOfTls(NivelException failure) {
    String words = failure.getMessage().toLowerCase(Locale.ROOT);
    return words.contains("ssl") || words.contains("certificat");
  }
}
