package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's SQLSTATE means for Nivel: try again, ask the operator, or leave that row out.
 * Messages hold the state and the server's short text, never its detail, which quotes the row.
 */
final class SqlErrors {
  private static final Set<String> DATA = Set.of("22", "23", "54");
  private static final Map<String, String> CONFIGURATION = Map.of(
      "28P01", "user or password is wrong",
      "28000", "this user may not log in",
      "3D000", "the database does not exist",
      "3F000", "the schema \"nivel\" is missing: run nivel migrate",
      "42P01", "a table of the schema \"nivel\" is missing: run nivel migrate",
      "42883", "a function of the schema \"nivel\" is missing: run nivel migrate",
      "42703", "a column is missing: run nivel migrate",
      "42501", "this user lacks a right");

  private SqlErrors() {}

  /** What to throw for a failure while a statement ran. */
  static NivelException of(String operation, SQLException e) {
    String state = stateOf(e);
    String text = operation + " failed: " + e.getMessage();
    if (CONFIGURATION.containsKey(state)) {
      return new ConfigurationException(
          operation + " failed: " + CONFIGURATION.get(state) + " (SQLSTATE " + state + ")", e);
    }
    if (DATA.contains(state.substring(0, Math.min(2, state.length())))) {
      return new RejectedException(RejectedException.Reason.MALFORMED,
          operation + " was refused by PostgreSQL (SQLSTATE " + state + ")");
    }
    boolean isConnectionLost = state.isEmpty() || state.startsWith("08");
    return new UnavailableException(text + " (SQLSTATE " + state + ")",
        isConnectionLost ? Outcome.UNKNOWN : Outcome.NOT_APPLIED, e);
  }

  /** What to throw when no connection was to be had. */
  static NivelException ofConnecting(String operation, SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException failure
          && CONFIGURATION.containsKey(stateOf(failure))) {
        return of(operation, failure);
      }
    }
    SQLException deepest = deepest(e);
    return new UnavailableException(operation + " found no connection: " + deepest.getMessage(),
        Outcome.NOT_APPLIED, e);
  }

  private static SQLException deepest(SQLException e) {
    SQLException deepest = e;
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException failure) {
        deepest = failure;
      }
    }
    return deepest;
  }

  private static String stateOf(SQLException e) {
    @Nullable String state = e.getSQLState();
    return state == null ? "" : state;
  }
}
