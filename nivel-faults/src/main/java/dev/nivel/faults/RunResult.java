package dev.nivel.faults;

import dev.nivel.faults.check.Exemptions;
import dev.nivel.faults.check.Lags;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.history.History;
import dev.nivel.faults.plan.Plan;
import dev.nivel.faults.plan.Promotion;
import java.time.Duration;
import java.util.List;

/**
 * What came of a run.
 *
 * @param recovery from the beginning of the last healing, or from the promotion of a replica of
 *     Redis, until every server was in normal mode and its answers were fresh
 * @param elapsed all of it
 */
record RunResult(Plan plan, History history, Findings findings, Duration recovery,
    Duration elapsed) {

  /**
   * What was found in it.
   *
   * @param exemptions what looked wrong and is not promised
   * @param lags how far unmarked reads lagged behind
   * @param damage what became of replies of stores
   * @param promotions what is known of failovers of Redis
   */
  record Findings(List<Violation> violations, Exemptions exemptions, Lags lags, Damage damage,
      List<Promotion> promotions) {}

  /**
   * What became of replies of stores.
   *
   * @param swaps how many of Redis changed places
   * @param lostReplies how many of PostgREST to a write were lost on purpose
   */
  record Damage(long swaps, long lostReplies) {
    /** What it has been so far. */
    static Damage of(Cluster cluster) {
      return new Damage(cluster.swaps(), cluster.lostReplies());
    }

    Damage since(Damage before) {
      return new Damage(swaps - before.swaps, lostReplies - before.lostReplies);
    }
  }

  List<Violation> violations() {
    return findings.violations();
  }

  /** How many writes were acknowledged from the loss of a master until all was normal again. */
  long acknowledgedDuring(Promotion promotion) {
    long end = promotion.promotedAt() + recovery.toNanos();
    return history.count(operation -> operation.call().kind().isWrite()
        && operation.end() - promotion.lostAt() > 0 && operation.end() - end < 0);
  }

  /** On one line. */
  String describe() {
    StringBuilder line = new StringBuilder(
        "%s: %d writes, normal after %.1f s, %.1f s in all".formatted(plan.describe(),
            history.acknowledged(), recovery.toMillis() / 1e3, elapsed.toMillis() / 1e3));
    for (Promotion promotion : findings.promotions()) {
      line.append(", ")
          .append(promotion.describe())
          .append(", %d acknowledged meanwhile".formatted(acknowledgedDuring(promotion)));
    }
    return line.toString();
  }
}
