package dev.nivel.faults;

import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.plan.Planned;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
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
    return """
        runs %d, failed %d
        acknowledged writes %d, %d of them as in Redis only
        lost %d, reordered %d, resurrected %d, wrong bytes %d
        stale %d, half done %d, diverged %d, ledger uneven %d
        claimed in vain %d, poisoned %d, breakers opened %d, keys mistaken %d
        longest recovery %.1f s
        faults: %s""".formatted(runs, failed, acknowledged, inRedisOnly, count(Rule.LOST),
        count(Rule.REORDERED, Rule.OVERWRITTEN), count(Rule.RESURRECTED),
        count(Rule.FOREIGN, Rule.ALTERED), count(Rule.STALE), count(Rule.HALF_DONE),
        count(Rule.DIVERGED), count(Rule.UNEVEN), count(Rule.CLAIMED), count(Rule.POISONED),
        count(Rule.OPENED), count(Rule.MISTAKEN), recoveryMax.toMillis() / 1e3, faultCounts);
  }
}
