package dev.nivel.faults.outage;

import dev.nivel.faults.outage.Sample.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why requests were not answered as they should be, the commonest reasons first. Stateless. */
final class Reasons {
  private static final int SHOWN_MAX = 5;
  private static final int RANGES_MAX = 8;
  private static final int REASON_CHARS_MAX = 400;
  /** What differs between two messages of the same cause. */
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private Reasons() {}

  private record Reason(boolean isRead, Outcome outcome, String general) {
    static Reason of(Sample sample) {
      return new Reason(sample.isRead(), sample.outcome(),
          generalized(sample.answer().reason()));
    }
  }

  /** What a message and others of the same cause have in common. */
  static String generalized(String message) {
    return NUMBER.matcher(message).replaceAll("#");
  }

  /**
   * A line for each of the commonest reasons.
   *
   * @param beganNanos since when seconds are counted
   */
  static List<String> of(List<Sample> samples, long beganNanos) {
    Map<Reason, List<Sample>> byReason = samples.stream()
        .filter(sample -> !sample.answer().reason().isEmpty())
        .collect(Collectors.groupingBy(Reason::of));
    List<Map.Entry<Reason, List<Sample>>> sorted = byReason.entrySet()
        .stream()
        .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
        .toList();
    List<String> lines = new ArrayList<>();
    sorted.stream()
        .limit(SHOWN_MAX)
        .forEach(entry -> lines.add(line(entry.getValue(), beganNanos)));
    if (sorted.size() > SHOWN_MAX) {
      long others = sorted.stream()
          .skip(SHOWN_MAX)
          .mapToLong(entry -> entry.getValue().size())
          .sum();
      lines.add(others + " for " + (sorted.size() - SHOWN_MAX) + " other reasons");
    }
    return lines;
  }

  /** In the words of the first of them. */
  private static String line(List<Sample> samples, long beganNanos) {
    Sample first = samples.getFirst();
    String reason = first.answer().reason().replaceAll("\\s+", " ");
    return "%d %s %s (second %s): %s".formatted(samples.size(),
        first.isRead() ? "reads" : "writes", first.outcome().name().toLowerCase(Locale.ROOT),
        seconds(samples, beganNanos), reason.length() <= REASON_CHARS_MAX ? reason
            : reason.substring(0, REASON_CHARS_MAX) + "...");
  }

  /** Such as "0-2, 60". */
  private static String seconds(List<Sample> samples, long beganNanos) {
    NavigableSet<Long> seconds = new TreeSet<>();
    samples.forEach(sample -> seconds
        .add(TimeUnit.NANOSECONDS.toSeconds(sample.dueNanos() - beganNanos)));
    List<String> ranges = new ArrayList<>();
    for (Long first = seconds.pollFirst(); first != null; first = seconds.pollFirst()) {
      long last = first;
      while (seconds.remove(last + 1)) {
        last++;
      }
      ranges.add(last == first ? Long.toString(first) : first + "-" + last);
    }
    return ranges.size() <= RANGES_MAX ? String.join(", ", ranges)
        : String.join(", ", ranges.subList(0, RANGES_MAX)) + ", ... " + ranges.getLast();
  }
}
