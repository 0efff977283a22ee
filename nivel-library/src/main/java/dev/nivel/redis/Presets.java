package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import dev.nivel.store.Dictionary;
import dev.nivel.store.UnavailableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The dictionaries that this node has in memory, and the one that it uses. All are of one scope.
 * Safe for use by several threads.
 */
final class Presets {
  /** How many are kept in memory; one more takes the place of any that is not used. */
  private static final int KEPT_MAX = 16;

  private final IntFunction<@Nullable Dictionary> source;
  private final Map<Integer, Preset> kept = new ConcurrentHashMap<>();
  private final AtomicLong suspensions = new AtomicLong();
  private volatile @Nullable Use use;

  /** What was said to be used, and how many suspensions there had been. */
  private record Use(Preset preset, long suspensions) {}

  /**
   * None yet.
   *
   * @param source finds those that are not in memory; returns null if there is none of an id;
   *     throws UnavailableException if that can't be known now
   */
  Presets(IntFunction<@Nullable Dictionary> source) {
    this.source = source;
  }

  /** What values are compressed against; null if nothing is. */
  @Nullable
  Preset used() {
    @Nullable Use present = use;
    return present == null || present.suspensions != suspensions.get() ? null : present.preset;
  }

  /** The one that was named to be used, be it suspended or not; null if none was. */
  @Nullable
  Preset chosen() {
    @Nullable Use present = use;
    return present == null ? null : present.preset;
  }

  /**
   * Uses one from now on, unless that was suspended meanwhile.
   *
   * @param seen {@link #suspensions} from before it was put where all nodes find it
   */
  void use(Preset preset, long seen) {
    use = new Use(preset, seen);
  }

  /** Uses none until it is said again which: nobody may find the one in use any more. */
  void suspend() {
    suspensions.incrementAndGet();
  }

  /** Uses none any more; those that are known can be found as before. */
  void abandon() {
    use = null;
  }

  long suspensions() {
    return suspensions.get();
  }

  /**
   * A dictionary, from memory or from where they are kept.
   *
   * @throws CorruptException if there is none of this id
   * @throws UnavailableException if that can't be known now
   */
  Preset find(int id) {
    @Nullable Preset known = kept.get(id);
    if (known != null) {
      return known;
    }
    @Nullable Dictionary found = source.apply(id);
    if (found == null) {
      throw new CorruptException("a value in Redis needs the dictionary " + Dictionary.name(id)
          + ", which is nowhere");
    }
    return keep(found);
  }

  /** Keeps one in memory. */
  Preset keep(Dictionary dictionary) {
    Preset preset = kept.computeIfAbsent(dictionary.id(), id -> new Preset(dictionary));
    @Nullable Preset chosen = chosen();
    kept.values()
        .removeIf(other -> kept.size() > KEPT_MAX && other != preset && other != chosen);
    return preset;
  }

  /** How many are in memory. */
  int count() {
    return kept.size();
  }
}
