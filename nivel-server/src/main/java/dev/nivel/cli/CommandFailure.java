package dev.nivel.cli;

/** A command that failed for a reason that its user can understand. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  CommandFailure(String message) {
    super(message, null, false, false);
  }
}
