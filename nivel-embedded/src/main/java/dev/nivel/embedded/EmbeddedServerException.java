package dev.nivel.embedded;

import org.jspecify.annotations.Nullable;

/**
 * Says why an embedded server or its data directory cannot be used, in words for the operator.
 *
 * <p>Nothing is left running when it is thrown by a start. The message never holds a password.
 */
public final class EmbeddedServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedServerException(String message) {
    this(message, null);
  }

  EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What happened; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
