package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which stores have taken a write in, as far as its acknowledgement says. Stateless. */
final class Stores {
  static final String REDIS = "redis";
  static final String SUPABASE = "supabase";

  private Stores() {}

  /** Those that its acknowledgement names. */
  static Set<String> of(Operation write) {
    Set<String> stores = new TreeSet<>(write.reply().durability());
    stores.retainAll(List.of(REDIS, SUPABASE));
    return stores;
  }

  /** Deletions do not say where they are, and neither does what was not acknowledged. */
  static boolean mayBePastRedis(Operation write) {
    return !of(write).contains(REDIS);
  }

  static boolean mayBeJudgedByRedis(Operation write) {
    Set<String> stores = of(write);
    return stores.isEmpty() || stores.contains(REDIS);
  }
}
