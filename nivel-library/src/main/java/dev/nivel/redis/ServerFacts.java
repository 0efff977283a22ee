package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.UnavailableException;
import java.util.HashMap;
import java.util.Map;

/** What a Redis server says of itself in INFO. */
final class ServerFacts {
  /** Nothing. */
  static final ServerFacts NONE = new ServerFacts("");

  private final Map<String, String> facts = new HashMap<>();

  ServerFacts(String info) {
    info.lines().forEach(line -> {
      int colon = line.indexOf(':');
      if (colon > 0) {
        facts.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    });
  }

  /** What it says under a name; empty if it says nothing. */
  String fact(String name) {
    return facts.getOrDefault(name, "");
  }

  /**
   * Refuses a server that can't keep what is written to it.
   *
   * @throws ConfigurationException if it may evict what is not synced yet
   * @throws UnavailableException if it is not a master, or still loads its data
   */
  void check() {
    if (mayEvictUnsynced()) {
      throw new ConfigurationException("Redis has the eviction policy " + evictionPolicy()
          + ", which may remove writes that are not in the database yet; set maxmemory-policy to"
          + " volatile-lru, or to noeviction");
    }
    if (isReplica()) {
      throw new UnavailableException("Redis is a replica, not a master");
    }
    if (isLoading()) {
      throw new UnavailableException("Redis is loading its data");
    }
  }

  /** What it removes when its memory is full; empty if it hides that. */
  String evictionPolicy() {
    return fact("maxmemory_policy");
  }

  /** Whether it may remove what has no expiry, as unsynced fields have none. */
  boolean mayEvictUnsynced() {
    return evictionPolicy().startsWith("allkeys-");
  }

  boolean isReplica() {
    return fact("role").equals("slave");
  }

  boolean isLoading() {
    return fact("loading").equals("1");
  }

  /** Whether it is a node of a cluster. */
  boolean isOfCluster() {
    return fact("cluster_enabled").equals("1");
  }

  /** Names the process; empty if it hides that. */
  String runId() {
    return fact("run_id");
  }

  /**
   * Tells a server's data from those of another, or of the same one before its restart: 12
   * hexadecimal digits of a hash of its run id and replication id.
   */
  String fingerprint() {
    return Fingerprint.of(fact("run_id") + ":" + fact("master_replid"));
  }

  long usedMemoryBytes() {
    return bytes("used_memory");
  }

  /** How much it may use; 0 if there is no limit, or it hides that. */
  long maxMemoryBytes() {
    return bytes("maxmemory");
  }

  private long bytes(String name) {
    String bytes = fact(name);
    return bytes.matches("\\d{1,18}") ? Long.parseLong(bytes) : 0;
  }
}
