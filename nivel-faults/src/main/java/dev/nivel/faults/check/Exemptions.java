package dev.nivel.faults.check;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often there were which exemptions, and how far apart the two operations were at most. */
public final class Exemptions {
  private final Map<Exemption, Long> counts = new EnumMap<>(Exemption.class);
  private final Map<Exemption, Long> nanosMax = new EnumMap<>(Exemption.class);

  /**
   * Counts one.
   *
   * @param nanos from the acknowledgement of the earlier operation to the beginning of the later
   *     one; not positive if they overlapped
   */
  void count(Exemption exemption, long nanos) {
    counts.merge(exemption, 1L, Long::sum);
    nanosMax.merge(exemption, Math.max(0, nanos), Math::max);
  }

  /** Takes in those of another history. */
  public void add(Exemptions others) {
    others.counts.forEach((exemption, count) -> counts.merge(exemption, count, Long::sum));
    others.nanosMax.forEach((exemption, nanos) -> nanosMax.merge(exemption, nanos, Math::max));
  }

  /** How often there was one. */
  public long count(Exemption exemption) {
    return counts.getOrDefault(exemption, 0L);
  }

  /** A line for each that there can be. */
  public List<String> describe() {
    return List.of(Exemption.values())
        .stream()
        .map(exemption -> "%s %d, at most %d ms apart".formatted(exemption.description(),
            count(exemption),
            Duration.ofNanos(nanosMax.getOrDefault(exemption, 0L)).toMillis()))
        .toList();
  }
}
