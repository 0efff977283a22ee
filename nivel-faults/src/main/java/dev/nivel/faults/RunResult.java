package dev.nivel.faults;

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
record RunResult(Plan plan, History history, List<Violation> violations, Duration recovery,
    Duration elapsed) {}
