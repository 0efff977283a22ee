package dev.nivel.store;

/** Bytes that are not what was stored. Drop them, count them, ask one level down. */
public final class CorruptException extends NivelException {
  private static final long serialVersionUID = 1;

  /** What does not match; never the bytes. */
  public CorruptException(String message) {
    super(message, null);
  }
}
