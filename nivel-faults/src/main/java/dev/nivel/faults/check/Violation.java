package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;
import java.util.List;

/**
 * A rule that was broken.
 *
 * @param operations those that show it
 */
public record Violation(Rule rule, String message, List<Operation> operations) {

  /** Several lines: what is wrong, and the operations with times since a beginning. */
  public String describe(long beginning) {
    StringBuilder lines = new StringBuilder();
    lines.append(rule).append(" (").append(rule.promise()).append("): ").append(message);
    operations.forEach(
        operation -> lines.append("\n    ").append(operation.describe(beginning)));
    return lines.toString();
  }
}
