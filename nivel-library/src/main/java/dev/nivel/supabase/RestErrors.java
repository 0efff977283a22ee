package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an answer that is no success means for Nivel. PostgREST's own code counts, an SQLSTATE
 * mostly, since it maps many of those to one HTTP status; the status counts if something before it
 * has answered. What the server says in its own words is never passed on, for it may quote rows.
 */
final class RestErrors {
  private static final Map<String, String> CONFIGURATION = Map.of(
      "PGRST106", "the schema \"nivel\" is not exposed: add it under Settings, Data API",
      "PGRST202", "a function of the schema \"nivel\" is missing: run nivel migrate, or paste the"
          + " output of nivel migrate --print into the SQL editor",
      "PGRST301", "the key is not of this project",
      "PGRST302", "the key is missing",
      "PGRST303", "the key has expired");
  /**
   * The database is not to be had, or all of PostgREST's connections are taken, so that the
   * function was not called. PGRST001, a connection lost while it ran, is none of these.
   */
  private static final Set<String> TRANSIENT = Set.of("PGRST000", "PGRST002", "PGRST003");
  private static final Map<Integer, String> STATUS_CONFIGURATION = Map.of(
      401, "the key is refused",
      402, "the project is over its quota, or not paid for: see its dashboard",
      540, "the project is paused: restore it in its dashboard",
      403, "the key may not do this",
      404, "nothing is there: SUPABASE_URL or SUPABASE_REST_PATH is wrong, or the project is gone",
      405, "this is no PostgREST");
  private static final int SQLSTATE_LENGTH = 5;

  private RestErrors() {}

  /**
   * What to throw.
   *
   * @param code PostgREST's; "" if it is not PostgREST that has answered
   */
  static NivelException of(String operation, int status, String code) {
    if (code.length() == SQLSTATE_LENGTH) {
      return SqlErrors.ofState(operation, code);
    }
    String answer = " (HTTP " + status + (code.isEmpty() ? "" : ", " + code) + ")";
    if (TRANSIENT.contains(code)) {
      return new UnavailableException(
          operation + " failed: the database is not to be had" + answer);
    }
    @Nullable String cause = CONFIGURATION.getOrDefault(code, STATUS_CONFIGURATION.get(status));
    if (cause != null) {
      return new ConfigurationException(operation + " failed: " + cause + answer);
    }
    return status / 100 == 5 || status / 100 == 2 || status == 408
        ? new UnavailableException(operation + " failed"
            + answer, Outcome.UNKNOWN, null)
        : ofRefusal(operation, status, answer);
  }

  private static NivelException ofRefusal(String operation, int status, String answer) {
    if (status / 100 == 3) {
      return new ConfigurationException(operation + " failed: the answer points elsewhere; set"
          + " SUPABASE_URL to the project's own address" + answer);
    }
    if (status == 413) {
      return tooLarge(operation);
    }
    return new UnavailableException(operation + " was refused" + answer);
  }

  /** What to throw if there is too much in the request, or in its answer. */
  static RejectedException tooLarge(String operation) {
    return new RejectedException(RejectedException.Reason.TOO_LARGE, operation
        + " is too large for one request");
  }
}
