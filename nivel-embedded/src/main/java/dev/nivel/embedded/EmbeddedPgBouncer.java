package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A real PgBouncer in transaction mode before a PostgreSQL, as Supabase's transaction pooler is:
 * for tests. Its program must be installed. Thread-safe.
 */
public final class EmbeddedPgBouncer extends EmbeddedServer {
  private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin/pgbouncer"),
      Path.of("/usr/bin/pgbouncer"), Path.of("/usr/local/bin/pgbouncer"));

  private final Path program;
  private final Path home;
  private final EmbeddedDirectory directory;
  private final EmbeddedPostgres database;

  private EmbeddedPgBouncer(EmbeddedDirectory directory, Path home, Path program,
      EmbeddedPostgres database) {
    super(directory, home, 0);
    this.program = program;
    this.home = home;
    this.directory = directory;
    this.database = database;
  }

  /** The installed program; empty if there is none. */
  public static Optional<Path> installed() {
    return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
  }

  /**
   * Starts it and waits until it takes connections.
   *
   * @throws EmbeddedServerException when it is not installed; when it does not start, with the last
   *     lines of its log
   */
  public static EmbeddedPgBouncer start(EmbeddedDirectory directory, EmbeddedPostgres database) {
    Path program = installed()
        .orElseThrow(() -> new EmbeddedServerException("PgBouncer is not installed"));
    Path home = directory.path().resolve("pgbouncer");
    try {
      FileTree.createPrivate(home);
      EmbeddedPgBouncer bouncer = new EmbeddedPgBouncer(directory, home, program, database);
      bouncer.launch();
      return bouncer;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not prepare " + home, e);
    }
  }

  /** The address of the database through it. */
  public String url() {
    return database.url().replace(":" + database.port() + "/", ":" + port() + "/");
  }

  @Override
  ChildCommand command(int chosenPort) throws IOException {
    Path file = home.resolve(CommandLine.PGBOUNCER_FILE);
    Path users = home.resolve("users.txt");
    FileTree.createPrivateFile(users);
    Files.writeString(users, "\"postgres\" \"" + database.password() + "\"\n");
    FileTree.createPrivateFile(file);
    Files.writeString(file, """
        [databases]
        postgres = host=127.0.0.1 port=%d dbname=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = transaction
        default_pool_size = 4
        ignore_startup_parameters = extra_float_digits
        """.formatted(database.port(), chosenPort, users));
    directory.starter().demotion().giveTo(home);
    return new ChildCommand(home, List.of(program.toString(), file.toString()), Signal.INT, true);
  }

  @Override
  String readyWords() {
    return "process up: PgBouncer";
  }
}
