package dev.nivel.faults.cluster;

import java.util.Map;

/**
 * What differs between the servers of different runs.
 *
 * @param nodes how many servers serve
 * @param l1Conversations how many conversations fit into their memory
 * @param redisTtlSeconds how long a settled conversation stays in Redis
 * @param syncSeconds the greatest age of an unsynced write
 * @param isJournalRequired whether a write is refused that the journal can't take
 */
public record NodeSettings(int nodes, int l1Conversations, int redisTtlSeconds,
    int syncSeconds, boolean isJournalRequired) {

  /** The variables of a server with its own proxies and data directory. */
  Map<String, String> environment(String redisUrl, String postgresUrl, String directory) {
    return Map.ofEntries(Map.entry("REDIS_URL", redisUrl),
        Map.entry("SUPABASE_DB_URL", postgresUrl), Map.entry("NIVEL_DATA_DIR", directory),
        Map.entry("NIVEL_PORT", "0"), Map.entry("CIRCUIT_BREAKER_TIMEOUT", "1"),
        Map.entry("SUPABASE_TIMEOUT_MS", "1000"),
        Map.entry("NIVEL_JOURNAL", isJournalRequired ? "required" : "on"),
        Map.entry("REDIS_L1_CACHE_SIZE", Integer.toString(l1Conversations)),
        Map.entry("REDIS_CACHE_TTL", Integer.toString(redisTtlSeconds)),
        Map.entry("SYNC_INTERVAL", Integer.toString(syncSeconds)));
  }
}
