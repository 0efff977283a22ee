package dev.nivel.cli;

/** A command that failed for a reason that its user can understand. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  private final int exitCode;

  CommandFailure(String message) {
    this(message, FAILED);
  }

  private CommandFailure(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** What was asked for can't be done as it is. */
  static CommandFailure ofUse(String message) {
    return new CommandFailure(message, WRONG_USE);
  }

  /** What the process ends with. */
  int exitCode() {
    return exitCode;
  }
}
