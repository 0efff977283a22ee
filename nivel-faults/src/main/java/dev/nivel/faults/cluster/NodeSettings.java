package dev.nivel.faults.cluster;

import java.util.HashMap;
import java.util.Map;

/**
 * What differs between the servers of different runs.
 *
 * @param nodes how many servers serve
 * @param l1Conversations how many conversations fit into their memory
 * @param redisTtlSeconds how long a settled conversation stays in Redis
 * @param syncSeconds the greatest age of an unsynced write
 * @param isJournalRequired whether a write is refused that the journal can't take
 * @param isPatient whether calls of stores have so much time that a slow machine opens no breaker
 */
public record NodeSettings(int nodes, int l1Conversations, int redisTtlSeconds,
    int syncSeconds, boolean isJournalRequired, boolean isPatient) {

  /** Servers whose calls of stores have little time. */
  public NodeSettings(int nodes, int l1Conversations, int redisTtlSeconds, int syncSeconds,
      boolean isJournalRequired) {
    this(nodes, l1Conversations, redisTtlSeconds, syncSeconds, isJournalRequired, false);
  }

  /** The same, whose calls have much. */
  public NodeSettings patient() {
    return new NodeSettings(nodes, l1Conversations, redisTtlSeconds, syncSeconds,
        isJournalRequired, true);
  }

  /**
   * The variables of a server with its own proxies and data directory.
   *
   * @param supabase those that say where Supabase is
   */
  Map<String, String> environment(String redisUrl, Map<String, String> supabase,
      String directory) {
    Map<String, String> environment = new HashMap<>(supabase);
    environment.putAll(Map.of("REDIS_URL", redisUrl, "NIVEL_DATA_DIR", directory,
        "NIVEL_PORT", "0", "CIRCUIT_BREAKER_TIMEOUT", "1",
        "NIVEL_JOURNAL", isJournalRequired ? "required" : "on",
        "REDIS_L1_CACHE_SIZE", Integer.toString(l1Conversations),
        "REDIS_CACHE_TTL", Integer.toString(redisTtlSeconds),
        "SYNC_INTERVAL", Integer.toString(syncSeconds),
        "SUPABASE_TIMEOUT_MS", isPatient ? "120000" : "1000"));
    if (isPatient) {
      environment.put("REDIS_TIMEOUT_MS", "30000");
    }
    return environment;
  }
}
