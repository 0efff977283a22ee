package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import java.util.List;

/**
 * No server answers 500, which stands for what nobody foresaw; and where no fault was planned,
 * every operation succeeds, finds nothing, or finds its condition not met. Stateless.
 */
public final class StatusCheck {
  private static final int NOT_FOUND = 404;
  private static final int CONDITION_NOT_MET = 412;
  private static final int UNFORESEEN = 500;

  private StatusCheck() {}

  /** What is wrong; empty if nothing is. */
  public static List<Violation> check(List<Operation> operations, boolean hasFaults) {
    return operations.stream()
        .filter(operation -> operation.reply().status() == UNFORESEEN
            || (!hasFaults && !isRegular(operation.reply().status())))
        .map(operation -> new Violation(Rule.UNFORESEEN,
            (hasFaults ? "" : "without any fault, ") + "a server answers "
                + operation.reply().status(),
            List.of(operation)))
        .toList();
  }

  private static boolean isRegular(int status) {
    return status / 100 == 2 || status == NOT_FOUND || status == CONDITION_NOT_MET;
  }
}
