package dev.nivel.supabase;

import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.ItemBounds;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the roles of a project may do, and above all what those of browsers may not. */
class RestRightsIT {
  private static final Duration PATIENT = Duration.ofSeconds(10);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static RestProject project;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    project = RestProject.in(directory);
    try (SupabaseL3 l3 = project.open("service_role", PATIENT)) {
      l3.probe();
      l3.write(writes("a call", entry("secret", 1, "a secret")));
    }
  }

  @AfterAll
  static void end() {
    project.close();
  }

  private static List<String> names(String sql) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(project.postgres().jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static List<String> tables() throws SQLException {
    return names("select relname from pg_class where relnamespace = 'nivel'::regnamespace"
        + " and relkind in ('r', 'v')");
  }

  private static List<String> functions() throws SQLException {
    return names("select distinct proname from pg_proc"
        + " where pronamespace = 'nivel'::regnamespace");
  }

  private static int ask(String role, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest
        .newBuilder(URI.create(project.postgrest().url() + path))
        .header("Authorization", "Bearer " + EmbeddedPostgrest.key(role))
        .header("Content-Type", "application/json");
    return HTTP.send(body.isEmpty() ? request.GET().build()
        : request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        BodyHandlers.discarding())
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"anon", "authenticated"})
  void letRolesOfBrowsersReadNoTable(String role) throws Exception {
    assertThat(tables()).contains("entries", "items", "quarantine");
    for (String table : tables()) {
      assertThat(ask(role, "/" + table, "")).as(table).isIn(401, 403);
    }
    assertThat(ask("service_role", "/entries", "")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"anon", "authenticated"})
  void letRolesOfBrowsersCallNoFunction(String role) throws Exception {
    assertThat(functions()).contains("read_entry", "erase", "write_fields", "rest_erase");
    for (String function : functions()) {
      String arguments = names(
          "select coalesce(json_object_agg(a, null)::text, '{}') from pg_proc p,"
              + " unnest(proargnames[:pronargs]) a where p.oid = 'nivel." + function + "'::regproc")
          .get(0);
      assertThat(ask(role, "/rpc/" + function, arguments)).as(function).isIn(401, 403, 404);
    }
    assertThat(names("select proname from pg_proc where pronamespace = 'nivel'::regnamespace"
        + " and has_function_privilege('" + role + "', oid, 'execute')")).isEmpty();
    assertThat(ask(role, "/rpc/rest_schema_version", "{}")).isIn(401, 403);
    assertThat(ask("service_role", "/rpc/rest_schema_version", "{}")).isEqualTo(200);
  }

  /** The key of a browser is refused before; this one looks like a server's. */
  @Test
  void refuseAKeyThatMayDoNothingForWhatItIs() {
    try (SupabaseL3 l3 = project.open("authenticated", PATIENT)) {
      assertThatThrownBy(() -> l3.entry("a call", "secret"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("lacks a right");
    }
  }

  /** Somebody grants what he should not. */
  @Test
  void showNoRowsEvenToARoleThatIsGrantedATableByMistake() throws SQLException {
    project.execute("grant usage on schema nivel to anon; grant select on nivel.entries to anon");
    try {
      assertThat(rowsSeenByAnon()).isZero();
    } finally {
      project.execute("revoke all on schema nivel from anon;"
          + " revoke all on nivel.entries from anon");
    }
  }

  private static int rowsSeenByAnon() throws SQLException {
    try (Connection connection = DriverManager.getConnection(project.postgres().jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("set role anon");
      try (ResultSet row = statement.executeQuery("select count(*) from nivel.entries")) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  @Test
  void letNivelAppDoAllThatIsNeededAndNothingElse() throws SQLException {
    project.execute("alter role nivel_app with login password 'apps'");
    String url = project.postgres().url().replaceFirst("//[^@]*@", "//nivel_app:apps@");
    try (SupabaseL3 l3 = SupabaseL3.open(PostgresUrl.parse(url),
        new SupabaseL3.Limits(PATIENT, ItemBounds.DEFAULT))) {
      l3.probe();
      l3.write(writes("an app's call", entry("x", 1, "1")));
      assertThat(l3.entry("an app's call", "x")).contains(entry("x", 1, "1"));
      l3.purge();
      l3.nodes().claim("an app");
    }
    assertThat(names("select rolname from pg_roles where rolname = 'nivel_app' and (rolsuper"
        + " or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)")).isEmpty();
    assertThat(names("select has_schema_privilege('nivel_app', 'nivel', 'CREATE')::text"))
        .containsExactly("false");
  }
}
