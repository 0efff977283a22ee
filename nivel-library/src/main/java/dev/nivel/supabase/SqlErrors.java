package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's SQLSTATE means for Nivel: try again, ask the operator, or leave that row out.
 * What the server says in its own words is never passed on, for it may quote the row.
 */
final class SqlErrors {
  /** Classes of errors that are the row's own fault; P0 is what somebody's trigger raises. */
  private static final Set<String> DATA = Set.of("22", "23", "54", "P0");
  private static final String POOLER = "a transaction pooler has mixed up prepared statements: say"
      + " pgbouncer=true in the address";
  private static final Map<String, String> CONFIGURATION = Map.of(
      "28P01", "user or password is wrong",
      "28000", "this user may not log in",
      "3D000", "the database does not exist",
      "3F000", "the schema \"nivel\" is missing: run nivel migrate",
      "42P01", "a table of the schema \"nivel\" is missing: run nivel migrate",
      "42883", "a function of the schema \"nivel\" is missing: run nivel migrate",
      "42703", "a column is missing: run nivel migrate",
      "26000", POOLER,
      "42P05", POOLER,
      "42501", "this user lacks a right");
  private static final Map<String, String> READ_ONLY = Map.of(
      "25006", "the database is read-only",
      "53100", "the disk is full");
  private static final Map<String, String> TRANSIENT = Map.of(
      "40P01", "a deadlock was resolved at its expense",
      "53300", "there are too many connections",
      "55P03", "a lock was not to be had",
      "57014", "it took too long",
      "57P01", "the server is shutting down",
      "57P02", "the server crashed",
      "57P03", "the server is starting or stopping");

  /** By these a pooler says what is wrong with itself; PostgreSQL has them for its own faults. */
  private static final Set<String> POOLERS = Set.of("XX000", "08P01");
  /** What may come after a commit, classes and single ones: lost connections, a server's end. */
  private static final Set<String> UNKNOWN = Set.of("08", "58", "XX", "40003", "57P01", "57P02",
      "57P05");
  /** By these the server says that it ends a connection. */
  private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P05");
  /** The server's words begin with their severity, in whatever language; the driver's do not. */
  private static final Pattern SEVERITY = Pattern.compile("[^\\s:]+: .*", Pattern.DOTALL);

  private SqlErrors() {}

  /** What to throw for a failure while a statement ran. */
  static NivelException of(String operation, SQLException e) {
    String state = stateOf(e);
    if (POOLERS.contains(state)) {
      Optional<ConnectFailure> known = ConnectFailure.in(e);
      if (known.isPresent()) {
        return known.get().exception(operation + " failed", Outcome.UNKNOWN, null);
      }
    }
    boolean isOfDriver = state.isEmpty() || (state.startsWith("08") && !isOfServer(e));
    return isOfDriver
        ? new UnavailableException(operation + " failed: " + e.getMessage(), Outcome.UNKNOWN, e)
        : ofState(operation, state);
  }

  /** Whether a connection ended before or while it was used, which a silent one has not. */
  static boolean isConnectionLost(SQLException e) {
    String state = stateOf(e);
    if (!ENDED.contains(state) && (!state.startsWith("08") || POOLERS.contains(state))) {
      return false;
    }
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfServer(SQLException e) {
    @Nullable String message = e.getMessage();
    return message != null && SEVERITY.matcher(message).matches();
  }

  /** What to throw for an SQLSTATE that the server has given. */
  static NivelException ofState(String operation, String state) {
    String code = " (SQLSTATE " + state + ")";
    @Nullable String cause = CONFIGURATION.get(state);
    if (cause != null) {
      return new ConfigurationException(operation + " failed: " + cause + code);
    }
    if (DATA.contains(state.substring(0, 2))) {
      return new RejectedException(RejectedException.Reason.MALFORMED,
          operation + " was refused by PostgreSQL" + code);
    }
    if (READ_ONLY.containsKey(state)) {
      return UnavailableException.readOnly(operation + " failed: " + READ_ONLY.get(state) + code);
    }
    boolean isUnknown = UNKNOWN.contains(state.substring(0, 2)) || UNKNOWN.contains(state);
    return new UnavailableException(operation + " failed: "
        + TRANSIENT.getOrDefault(state, "PostgreSQL could not do it") + code,
        isUnknown ? Outcome.UNKNOWN : Outcome.NOT_APPLIED, null);
  }

  /** What to throw when no connection was to be had; a server's words do not go along. */
  static NivelException ofConnecting(String operation, SQLException e) {
    Optional<ConnectFailure> known = ConnectFailure.in(e);
    String what = operation + " found no connection";
    if (e instanceof SQLTransientConnectionException && e.getCause() == null) {
      // The pool's patience is over before the driver's, which still waits for the first word.
      return new UnavailableException(what + ": the database does not answer", Outcome.NOT_APPLIED,
          e);
    }
    if (known.isPresent()) {
      return known.get().exception(what, Outcome.NOT_APPLIED, null);
    }
    SQLException deepest = deepest(e);
    String state = stateOf(deepest);
    if (CONFIGURATION.containsKey(state)) {
      return of(operation, deepest);
    }
    if (isOfServer(deepest)) {
      return new UnavailableException(what + ": "
          + TRANSIENT.getOrDefault(state, "it was refused") + " (SQLSTATE " + state + ")");
    }
    return new UnavailableException(what + ": " + deepest.getMessage(), Outcome.NOT_APPLIED, e);
  }

  /** The last cause that is of the driver or the server. */
  static SQLException deepest(SQLException e) {
    SQLException deepest = e;
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
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
