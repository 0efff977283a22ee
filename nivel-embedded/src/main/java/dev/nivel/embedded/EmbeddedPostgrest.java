package dev.nivel.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A real PostgREST 12 before a PostgreSQL, set up as a Supabase project has it, which cuts off what
 * has more than 1,000 rows: for tests. Its program comes from npm. Thread-safe.
 */
public final class EmbeddedPostgrest extends EmbeddedServer {
  /** For tests only, where nobody else is to be kept out. */
  private static final String SECRET = "a secret of tests that is long enough for HS256";
  private static final String ALGORITHM = "HmacSHA256";

  private final Path program;
  private final Path home;
  private final EmbeddedPostgres database;
  private final String schema;

  private EmbeddedPostgrest(EmbeddedDirectory directory, Path home, EmbeddedPostgres database,
      String schema) {
    super(directory, home, 0);
    this.program = directory.binaries().postgrest();
    this.home = home;
    this.database = database;
    this.schema = schema;
  }

  /**
   * Starts it and waits until it has read the schema.
   *
   * @param database one in which {@link #rolesSql} has been run
   * @param schema the one that it shows
   * @throws EmbeddedServerException when npm does not get the program; when it does not start, with
   *     the last lines of its log
   */
  public static EmbeddedPostgrest start(EmbeddedDirectory directory, EmbeddedPostgres database,
      String schema) {
    Path home = directory.path().resolve("postgrest");
    try {
      FileTree.createPrivate(home);
      EmbeddedPostgrest postgrest = new EmbeddedPostgrest(directory, home, database, schema);
      postgrest.launch();
      return postgrest;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not prepare " + home, e);
    }
  }

  /** Makes the roles of a Supabase project. */
  public static String rolesSql() {
    return "create role anon nologin; create role authenticated nologin;"
        + " create role service_role nologin bypassrls;"
        + " create role authenticator login noinherit password '" + password() + "';"
        + " grant anon, authenticated, service_role to authenticator";
  }

  private static String password() {
    return Integer.toHexString(SECRET.hashCode());
  }

  /** {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** A key for one of the roles: a JSON Web Token that never expires. */
  public static String key(String role) {
    String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
        + "." + base64(("{\"role\":\"" + role + "\"}").getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new EmbeddedServerException("this Java has no " + ALGORITHM, e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  ChildCommand command(int chosenPort) throws IOException {
    Path file = home.resolve(CommandLine.POSTGREST_FILE);
    FileTree.createPrivateFile(file);
    Files.writeString(file, """
        db-uri = "postgresql://authenticator:%s@127.0.0.1:%d/postgres"
        db-schemas = "%s"
        db-anon-role = "anon"
        db-max-rows = 1000
        jwt-secret = "%s"
        server-host = "127.0.0.1"
        server-port = %d
        """.formatted(password(), database.port(), schema, SECRET, chosenPort));
    return new ChildCommand(home, List.of(program.toString(), file.toString()), Signal.TERM,
        false);
  }

  @Override
  String readyWords() {
    return "Schema cache loaded";
  }
}
