package dev.nivel.faults;

import dev.nivel.faults.check.Exemptions;
import dev.nivel.faults.check.Lags;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.history.History;
import dev.nivel.faults.plan.Plan;
import java.time.Duration;
import java.util.List;

/**
 * What came of a run.
 *
 * @param recovery from the beginning of the last healing until every server was in normal mode
 *     and its answers were fresh
 * @param elapsed all of it
 */
record RunResult(Plan plan, History history, Findings findings, Duration recovery,
    Duration elapsed) {

  /**
   * What was found in it.
   *
   * @param exemptions what looked wrong and is not promised
   * @param lags how far unmarked reads lagged behind
   * @param swaps how many replies of Redis changed places
   */
  record Findings(List<Violation> violations, Exemptions exemptions, Lags lags, long swaps) {}

  List<Violation> violations() {
    return findings.violations();
  }
}
