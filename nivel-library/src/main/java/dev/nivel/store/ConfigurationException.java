package dev.nivel.store;

import org.jspecify.annotations.Nullable;

/** Something that only an operator can mend: a setting, a password, a policy of a server. */
public final class ConfigurationException extends NivelException {
  private static final long serialVersionUID = 1;

  /** What is wrong, and what would be right. */
  public ConfigurationException(String message) {
    this(message, null);
  }

  /** What is wrong, with the failure that told. */
  public ConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
