package dev.nivel.redis;

import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a script: a status, and what follows it in a list. Its shape is not taken for
 * granted, since a damaged line may bring the answer to something else: then what the script did is
 * unknown.
 */
final class ScriptReply {
  private final Script script;
  private final List<? extends @Nullable Object> parts;

  ScriptReply(Script script, List<? extends @Nullable Object> parts) {
    this.script = script;
    this.parts = parts;
  }

  /** How it ended; each script has its own words for that. */
  String status() {
    return text(0);
  }

  /** How many parts follow the status. */
  int size() {
    return parts.size() - 1;
  }

  /** What to throw if it is none that the script gives. */
  UnavailableException misshapen() {
    return misshapen(script, null);
  }

  /** A part after the status, counted from 1, as text. */
  String text(int i) {
    return RedisKeys.text(bytes(i));
  }

  /** A part that is a stamp. */
  Stamp stamp(int i) {
    try {
      return Stamp.parse(text(i));
    } catch (IllegalArgumentException e) {
      throw misshapen(script, e);
    }
  }

  byte[] bytes(int i) {
    if (i < parts.size() && parts.get(i) instanceof byte[] bytes) {
      return bytes;
    }
    throw misshapen();
  }

  /**
   * The parts of an answer that has one for each thing asked for.
   *
   * @throws UnavailableException if it has more or fewer
   */
  static <T extends @Nullable Object> List<T> requireSize(int size, List<T> parts,
      String operation) {
    if (parts.size() != size) {
      throw misshapen(operation, null);
    }
    return parts;
  }

  private static UnavailableException misshapen(Object operation, @Nullable Throwable cause) {
    return new UnavailableException(
        "L2 " + operation + " got an answer that is to something else", Outcome.UNKNOWN, cause);
  }
}
