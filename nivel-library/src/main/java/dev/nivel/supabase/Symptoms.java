package dev.nivel.supabase;

import dev.nivel.store.Judgement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a database says of itself ({@code nivel.diagnose}), and what is to be thought of it.
 *
 * @param said the values under a name
 */
record Symptoms(Map<String, List<String>> said) {
  /** Views with security_invoker. */
  private static final Set<String> BROWSERS = Set.of("anon", "authenticated");
  private static final int SERVER_VERSION_MIN = 15;
  private static final int NAMED_MAX = 5;

  /** Asks the database. */
  static Symptoms of(Functions functions) {
    List<Row> rows = functions.call(new Call("a diagnosis", "diagnose"), row -> row);
    Map<String, List<String>> said = new HashMap<>();
    rows.stream()
        .filter(row -> !row.isNull("value"))
        .collect(Collectors.groupingBy(row -> row.text("name"),
            Collectors.mapping(row -> row.text("value"), Collectors.toList())))
        .forEach(said::put);
    return new Symptoms(said);
  }

  private List<String> all(String name) {
    return said.getOrDefault(name, List.of());
  }

  private Optional<String> one(String name) {
    return all(name).stream().findFirst();
  }

  /** A number; empty if there is none. */
  Optional<Long> number(String name) {
    return one(name).filter(text -> text.matches("-?\\d{1,18}")).map(Long::valueOf);
  }

  private String user() {
    return one("user").orElse("this user");
  }

  /** Some names, and how many more there are. */
  private static String named(List<String> names) {
    String some = names.stream().sorted().limit(NAMED_MAX).collect(Collectors.joining(", "));
    return names.size() <= NAMED_MAX ? some
        : some + " and " + (names.size() - NAMED_MAX)
            + " more";
  }

  /**
   * Whether the schema is the one that this code works with.
   *
   * @param present its version; 0 if there is none
   * @param migration the command that makes it
   */
  static Judgement schema(int present, String migration) {
    if (present == Schema.VERSION) {
      return Judgement.ok("version " + present);
    }
    if (present > Schema.VERSION) {
      return Judgement.mend("version " + present + "; this Nivel knows versions up to "
          + Schema.VERSION, "use a newer Nivel");
    }
    return present == 0 ? Judgement.mend("there is none", "run " + migration
        + ", or paste the output of nivel migrate --print into the SQL editor")
        : Judgement.mend("version " + present + "; this Nivel needs version " + Schema.VERSION,
            "run " + migration);
  }

  /** Whether PostgreSQL has what the schema needs. */
  static Judgement version(String version) {
    String major = version.split("\\D", 2)[0];
    if (major.isEmpty() || major.length() > 4) {
      return Judgement.warning("it does not tell its version",
          "see that it is " + SERVER_VERSION_MIN + " or newer");
    }
    String seen = "PostgreSQL " + version;
    return Integer.parseInt(major) >= SERVER_VERSION_MIN ? Judgement.ok(seen)
        : Judgement.mend(seen, "upgrade it to PostgreSQL " + SERVER_VERSION_MIN + " or newer");
  }

  /** PostgreSQL's version; empty if it is not told. */
  String serverVersion() {
    return one("server_version").orElse("");
  }

  /** Whether it takes writes. */
  Judgement writes() {
    if (one("is_in_recovery").orElse("").equals("true")) {
      return Judgement.mend("it is a replica and takes no writes",
          "give Nivel the address of the primary");
    }
    return one("is_read_only").orElse("").equals("true")
        ? Judgement.mend("it is read-only, as Supabase makes a database whose disk is nearly full",
            "make room, or enlarge the disk in the dashboard")
        : Judgement.ok("it takes writes");
  }

  /** Whether the one who asks can do what Nivel does. */
  Judgement rights() {
    List<String> denied = Stream.of(all("denied_function"), all("denied_table"))
        .flatMap(List::stream)
        .toList();
    if (!denied.isEmpty()) {
      return Judgement.mend("the user " + user() + " lacks rights on " + named(denied),
          joinAdvice());
    }
    List<String> hidden = all("hidden_table");
    return hidden.isEmpty() ? Judgement.ok("the user " + user() + " may do what Nivel does")
        : Judgement.mend("row-level security hides all rows from the user " + user() + ": "
            + named(hidden), joinAdvice());
  }

  /** A role of browsers is never to be let in. */
  private String joinAdvice() {
    return BROWSERS.contains(user())
        ? "set SUPABASE_KEY to a secret key (sb_secret_...) or to the service_role key"
        : "run as the schema's owner: grant nivel_app to \"" + user() + "\"";
  }

  /** Whether rows are shut away even from those who are granted something by mistake. */
  Judgement rowSecurity() {
    List<String> without = all("table_without_row_security");
    List<String> unforced = all("table_without_forced_row_security");
    if (!without.isEmpty()) {
      return Judgement.mend("it is not enabled on " + named(without),
          "for each: alter table nivel.<table> enable row level security;"
              + " alter table nivel.<table> force row level security");
    }
    return unforced.isEmpty()
        ? Judgement.ok("enabled and forced on all " + one("tables").orElse("") + " tables")
        : Judgement.mend("it is not forced on " + named(unforced),
            "for each: alter table nivel.<table> force row level security");
  }

  /** Whether anybody else has a right: browsers, that is. */
  List<Judgement> outsiders() {
    List<Judgement> open = Stream.of(
        open("open_schema", "the schema is open to ", "schema nivel"),
        open("open_table", "tables are open: ", "all tables in schema nivel"),
        open("open_sequence", "sequences are open: ", "all sequences in schema nivel"),
        open("open_function", "functions are open: ", "all functions in schema nivel"))
        .flatMap(Optional::stream)
        .toList();
    return open.isEmpty()
        ? List.of(Judgement.ok("anon, authenticated and public have no right on anything"))
        : open;
  }

  private Optional<Judgement> open(String name, String seen, String objects) {
    List<String> found = all(name);
    String roles = found.stream()
        .map(text -> text.substring(text.lastIndexOf(' ') + 1))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
    return found.isEmpty() ? Optional.empty()
        : Optional.of(Judgement.mend(seen + named(found),
            "revoke all on " + objects + " from " + roles));
  }

  /**
   * Whether there are connections for a node.
   *
   * @param callsMax how many one may need
   */
  Judgement connections(int callsMax) {
    Optional<Long> max = number("connections_max");
    Optional<Long> taken = number("connections");
    if (max.isEmpty() || taken.isEmpty()) {
      return Judgement.skipped("the database does not tell");
    }
    String seen = taken.get() + " of " + max.get() + " are taken";
    return max.get() - taken.get() >= callsMax ? Judgement.ok(seen)
        : Judgement.warning(seen + ", and a node takes up to " + callsMax,
            "raise max_connections, or lower NIVEL_L3_LOADS_MAX");
  }
}
