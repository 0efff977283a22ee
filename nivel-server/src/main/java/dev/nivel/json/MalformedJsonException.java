package dev.nivel.json;

/** A text that is not the JSON that was expected. */
public final class MalformedJsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MalformedJsonException(String message) {
    super(message, null, false, false);
  }

  /** What is wrong and where; never the text. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
