package dev.nivel.faults;

import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.plan.Planned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came of all runs so far. For use by one thread. */
final class Totals {
  private final Map<Rule, Long> violations = new EnumMap<>(Rule.class);
  private final Map<String, Long> faults = new TreeMap<>();
  private int runs;
  private int failed;
  private long acknowledged;
  private long inRedisOnly;
  private Duration recoveryMax = Duration.ZERO;
  /** By kind: how long servers took after a fault that was the only one of its run. */
  private final Map<String, List<Duration>> recoveries = new TreeMap<>();

  void add(RunResult result) {
    runs++;
    failed += result.violations().isEmpty() ? 0 : 1;
    acknowledged += result.history().acknowledged();
    inRedisOnly += result.history().inRedisOnly();
    for (Violation violation : result.violations()) {
      violations.merge(violation.rule(), 1L, Long::sum);
    }
    for (Planned fault : result.plan().faults()) {
      faults.merge(fault.kind().toString(), 1L, Long::sum);
    }
    if (result.plan().faults().size() == 1) {
      recoveries.computeIfAbsent(result.plan().faults().getFirst().kind().toString(),
          kind -> new ArrayList<>()).add(result.recovery());
    }
    if (result.recovery().compareTo(recoveryMax) > 0) {
      recoveryMax = result.recovery();
    }
  }

  /** A run that could not be carried out. */
  void addBroken() {
    runs++;
    failed++;
  }

  int failed() {
    return failed;
  }

  private long count(Rule... rules) {
    return Arrays.stream(rules).mapToLong(rule -> violations.getOrDefault(rule, 0L)).sum();
  }

  String describe() {
    String faultCounts = faults.entrySet()
        .stream()
        .map(fault -> fault.getKey() + " " + fault.getValue())
        .collect(Collectors.joining(", "));
    String recoveryTimes = recoveries.entrySet()
        .stream()
        .map(kind -> "\n  " + kind.getKey() + " " + describe(kind.getValue()))
        .collect(Collectors.joining());
    return """
        runs %d, failed %d
        acknowledged writes %d, %d of them as in Redis only
        lost %d, reordered %d, resurrected %d, wrong bytes %d
        stale %d, half done %d, diverged %d, ledger uneven %d
        claimed in vain %d, poisoned %d, breakers opened %d, keys mistaken %d
        longest recovery %.1f s
        faults: %s
        recovery after a fault that was alone:%s""".formatted(runs, failed, acknowledged,
        inRedisOnly, count(Rule.LOST),
        count(Rule.REORDERED, Rule.OVERWRITTEN), count(Rule.RESURRECTED),
        count(Rule.FOREIGN, Rule.ALTERED), count(Rule.STALE), count(Rule.HALF_DONE),
        count(Rule.DIVERGED), count(Rule.UNEVEN), count(Rule.CLAIMED), count(Rule.POISONED),
        count(Rule.OPENED), count(Rule.MISTAKEN), recoveryMax.toMillis() / 1e3, faultCounts,
        recoveryTimes);
  }

  private static String describe(List<Duration> times) {
    List<Duration> sorted = times.stream().sorted().toList();
    return "median %.1f s, longest %.1f s, of %d".formatted(
        sorted.get(sorted.size() / 2).toMillis() / 1e3, sorted.getLast().toMillis() / 1e3,
        sorted.size());
  }
}
