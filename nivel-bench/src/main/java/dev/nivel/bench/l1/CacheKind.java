package dev.nivel.bench.l1;

/** Which cache. */
public enum CacheKind {
  /** The library's whole read path, on a real Redis. */
  NIVEL,
  /** Its first level by itself. */
  BARE_L1,
  /** Caffeine. */
  CAFFEINE,
  /** Guava's cache. */
  GUAVA,
  /** JetCache with memory only, which keeps Caffeine inside. */
  JETCACHE,
  /** Redisson's map that keeps copies in the process, on a real Redis. */
  REDISSON,
  /** A map without bounds, which no cache can be faster than. */
  MAP,
  /** The least that a hit in a cache of conversations with entries must do. */
  LIMIT,
  /** The least that a put into a full cache must do that evicts the least recently used exactly. */
  ACCESS_ORDER
}
