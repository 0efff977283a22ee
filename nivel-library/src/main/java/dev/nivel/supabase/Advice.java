package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about a failure of Supabase, for the doctor. */
final class Advice {
  /** How our own messages end: {@code (SQLSTATE 42501)}, {@code (HTTP 404, PGRST202)}. */
  private static final Pattern CODE = Pattern.compile(
      ".*\\((?:SQLSTATE (\\w{5})|HTTP (\\d{3})(?:, (\\w+))?)\\)", Pattern.DOTALL);
  private static final int STATUS_LENGTH = 3;
  private static final String POOLER = "say pgbouncer=true in SUPABASE_DB_URL";
  private static final String KEY = "set SUPABASE_KEY to a secret key (sb_secret_...), or to the"
      + " service_role key, of the project that SUPABASE_URL names";
  private static final String ADDRESS = "correct SUPABASE_URL, and SUPABASE_REST_PATH: /rest/v1, or"
      + " / for a bare PostgREST";
  private static final String CONNECTIONS = "use the transaction pooler (port 6543), or lower"
      + " NIVEL_L3_LOADS_MAX";
  private static final String ROOM = "make room, or enlarge the disk in the dashboard";
  private static final String LOG = "see the log of the database, and docs/supabase.md under \"When"
      + " something is wrong\"";

  /** Nobody has answered, or PostgREST that the database does not. */
  private static final Set<String> OUT = Set.of("", "PGRST000", "PGRST001", "PGRST002");
  /** By SQLSTATE, by PostgREST's code, or by the status if something before it has answered. */
  private static final Map<String, String> OF_CODES = Map.ofEntries(
      Map.entry("28P01", "correct user and password in SUPABASE_DB_URL; percent-encode special"
          + " characters"),
      Map.entry("28000", "give SUPABASE_DB_URL a user who may log in: alter role ... login"),
      Map.entry("3D000", "correct the name of the database in SUPABASE_DB_URL"),
      Map.entry("26000", POOLER),
      Map.entry("42P05", POOLER),
      Map.entry("25006", ROOM),
      Map.entry("53100", ROOM),
      Map.entry("53300", CONNECTIONS),
      Map.entry("PGRST003", CONNECTIONS),
      Map.entry("PGRST106", "add nivel to the exposed schemas: Settings, Data API"),
      Map.entry("PGRST301", KEY),
      Map.entry("PGRST302", KEY),
      Map.entry("PGRST303", KEY),
      Map.entry("401", KEY),
      Map.entry("403", KEY),
      Map.entry("404", ADDRESS),
      Map.entry("405", ADDRESS));

  private Advice() {}

  /** The code in a message; empty if there is none, which means that nobody has answered. */
  static String code(NivelException failure) {
    Matcher found = CODE.matcher(failure.getMessage());
    if (!found.matches()) {
      return "";
    }
    String sqlState = found.group(1);
    String ofPostgrest = found.group(3);
    return sqlState != null ? sqlState : ofPostgrest != null ? ofPostgrest : found.group(2);
  }

  /** What to do; never empty. */
  static String of(NivelException failure, Entrance entrance) {
    String code = code(failure);
    if (code.equals("42501")) {
      return entrance.joining();
    }
    if (failure.getMessage().contains("run nivel migrate")) {
      return "run " + entrance.migration() + "; if that is done: notify pgrst, 'reload schema'";
    }
    if (OUT.contains(code)) {
      return failure instanceof ConfigurationException ? LOG : entrance.advice();
    }
    String ofStatus = switch (code.charAt(0)) {
      case '3' -> ADDRESS;
      case '5' -> entrance.advice();
      default -> LOG;
    };
    return OF_CODES.getOrDefault(code, code.length() == STATUS_LENGTH ? ofStatus : LOG);
  }
}
