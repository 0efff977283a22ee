package dev.nivel.faults;

import dev.nivel.faults.plan.Promotion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What came of the failovers of Redis in all runs so far. For use by one thread. */
final class FailoverTotals {
  private final List<Duration> promotions = new ArrayList<>();
  private final List<Duration> recoveries = new ArrayList<>();
  private long acknowledged;
  private int losses;
  private long bytesLost;

  void add(RunResult result) {
    for (Promotion promotion : result.findings().promotions()) {
      promotions.add(Duration.ofNanos(promotion.promotedAt() - promotion.lostAt()));
      recoveries.add(result.recovery());
      acknowledged += result.acknowledgedDuring(promotion);
      if (promotion.hasLost()) {
        losses++;
        bytesLost += promotion.bytesLost();
      }
    }
  }

  /** Nothing if there were none. */
  String describe() {
    return promotions.isEmpty() ? ""
        : """
            failovers %d, in %d of them Redis lost acknowledged writes, %d bytes in all
            acknowledged from the loss of a master until normal mode %d
            promoted after the loss of a master: %s
            normal after the promotion: %s
            """.formatted(promotions.size(), losses, bytesLost, acknowledged,
            Totals.describe(promotions), Totals.describe(recoveries));
  }
}
