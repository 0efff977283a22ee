package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real PostgreSQL 18 with fsync on and a password of its own. Thread-safe.
 *
 * <p>UTF-8, locale C.UTF-8, user {@code postgres}, TCP only. When this process is root the server
 * runs without root's rights, because it refuses to have them.
 */
public final class EmbeddedPostgres extends EmbeddedServer {
  private final PostgresSettings settings;
  private final PostgresCluster cluster;
  private final Path program;

  private EmbeddedPostgres(EmbeddedDirectory directory, PostgresSettings settings,
      PostgresCluster cluster) throws IOException {
    super(directory, cluster.home(), settings.port());
    this.settings = settings;
    this.cluster = cluster;
    this.program = directory.binaries().postgres("postgres");
  }

  /**
   * Starts PostgreSQL and waits until it takes connections.
   *
   * <p>Some 0.1 s; the first start in a data directory takes 1 s, and 3 s when the binaries must
   * be unpacked. After a crash it first replays its log.
   *
   * @throws EmbeddedServerException when it does not start, with the last lines of its log; when
   *     it already runs in the directory; when the directory is closed
   */
  public static EmbeddedPostgres start(EmbeddedDirectory directory, PostgresSettings settings) {
    Path home = directory.path().resolve("postgres");
    try {
      PostgresCluster cluster = PostgresCluster.in(home, directory);
      EmbeddedPostgres postgres = new EmbeddedPostgres(directory, settings, cluster);
      postgres.launch();
      return postgres;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not prepare " + home, e);
    }
  }

  String password() {
    return cluster.password();
  }

  /** {@code postgresql://postgres:password@127.0.0.1:port/postgres}, as libpq reads it. */
  public String url() {
    return "postgresql://postgres:" + cluster.password() + "@127.0.0.1:" + port() + "/postgres";
  }

  /** The address for JDBC, with user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=postgres&password="
        + cluster.password();
  }

  @Override
  ChildCommand command(int chosenPort) {
    List<String> arguments = new ArrayList<>(
        List.of(program.toString(), "-D", cluster.files().toString()));
    arguments.addAll(settings.arguments(chosenPort));
    return new ChildCommand(cluster.home(), arguments, Signal.INT, true);
  }

  @Override
  String readyWords() {
    return "database system is ready to accept connections";
  }
}
