package dev.nivel.faults;

import dev.nivel.faults.check.Exemptions;
import dev.nivel.faults.check.Lags;
import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.plan.Planned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came of all runs so far. For use by one thread. */
final class Totals {
  private static final int BROKEN = 3;

  private final Map<Rule, Long> violations = new EnumMap<>(Rule.class);
  private final Map<String, Long> faults = new TreeMap<>();
  private int runs;
  private int failed;
  private int broken;
  private long acknowledged;
  private long inRedisOnly;
  private long swaps;
  private long lostReplies;
  private long answers;
  private long conditional;
  private long keyed;
  private long judgedPastRedis;
  private long values;
  private final Exemptions exemptions = new Exemptions();
  private final Lags lags = new Lags();
  private final FailoverTotals failovers = new FailoverTotals();
  private Duration recoveryMax = Duration.ZERO;
  /** By kind: how long servers took after a fault that was the only one of its run. */
  private final Map<String, List<Duration>> recoveries = new TreeMap<>();

  void add(RunResult result) {
    runs++;
    failed += result.violations().isEmpty() ? 0 : 1;
    acknowledged += result.history().acknowledged();
    inRedisOnly += result.history().inRedisOnly();
    swaps += result.findings().damage().swaps();
    lostReplies += result.findings().damage().lostReplies();
    answers += result.history().count(operation -> !operation.call().kind().isWrite());
    conditional += result.history().count(operation -> operation.call().kind().isConditional());
    keyed += result.history().count(operation -> !operation.call().key().isEmpty());
    judgedPastRedis += result.history().count(Totals::isJudgedPastRedis);
    values += result.history().valuesRead();
    exemptions.add(result.findings().exemptions());
    lags.add(result.findings().lags());
    failovers.add(result);
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

  private static boolean isJudgedPastRedis(Operation operation) {
    boolean isJudged = operation.call().kind().isConditional()
        || !operation.call().key().isEmpty();
    return isJudged && !operation.reply().durability().contains("redis");
  }

  /** A run that could not be carried out. */
  void addBroken() {
    runs++;
    broken++;
  }

  /** Runs in which a promise was broken. */
  int failed() {
    return failed;
  }

  /** Runs that could not be carried out, and tell nothing. */
  int broken() {
    return broken;
  }

  /** 1 if a promise was broken, 3 if not all runs could be made, else 0. */
  int exitCode() {
    return failed > 0 ? 1 : broken > 0 ? BROKEN : 0;
  }

  long lostReplies() {
    return lostReplies;
  }

  long swaps() {
    return swaps;
  }

  private long count(Rule rule) {
    return violations.getOrDefault(rule, 0L);
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
        runs %d, failed %d, broken %d
        acknowledged writes %d, %d of them as in Redis only
        conditional writes %d, appends with a key %d, of both past Redis %d
        answered reads %d with %d values, replies of Redis swapped %d, of PostgREST lost %d
        lost %d, reordered %d, overwritten %d, resurrected %d
        of another conversation %d, altered %d
        stale %d, half done %d, diverged %d, ledger uneven %d
        claimed in vain %d, poisoned %d, breakers opened %d, keys mistaken %d, unforeseen answers %d
        %s
        not promised: %s
        %slongest recovery %.1f s
        faults: %s
        recovery after a fault that was alone:%s""".formatted(runs, failed, broken, acknowledged,
        inRedisOnly, conditional, keyed, judgedPastRedis, answers, values, swaps, lostReplies,
        count(Rule.LOST),
        count(Rule.REORDERED),
        count(Rule.OVERWRITTEN), count(Rule.RESURRECTED), count(Rule.FOREIGN),
        count(Rule.ALTERED), count(Rule.STALE), count(Rule.HALF_DONE),
        count(Rule.DIVERGED), count(Rule.UNEVEN), count(Rule.CLAIMED), count(Rule.POISONED),
        count(Rule.OPENED), count(Rule.MISTAKEN), count(Rule.UNFORESEEN),
        lags.describe() + System.lineSeparator() + "  the one that missed one longest: "
            + lags.worst(),
        String.join("; ", exemptions.describe()), failovers.describe(),
        recoveryMax.toMillis() / 1e3, faultCounts, recoveryTimes);
  }

  /** Their median and the longest. */
  static String describe(List<Duration> times) {
    List<Duration> sorted = times.stream().sorted().toList();
    return "median %.1f s, longest %.1f s, of %d".formatted(
        sorted.get(sorted.size() / 2).toMillis() / 1e3, sorted.getLast().toMillis() / 1e3,
        sorted.size());
  }
}
