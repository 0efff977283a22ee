package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/** Everything that Nivel throws. The class says what to do; the message says what happened. */
public abstract sealed class NivelException extends RuntimeException
    permits UnavailableException, RejectedException, CorruptException, ConfigurationException {
  private static final long serialVersionUID = 1;

  NivelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What happened; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
