package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * The files of a PostgreSQL and the password that they were made with.
 *
 * @param home the server's directory
 * @param password of the user {@code postgres}; letters and digits only
 */
record PostgresCluster(Path home, String password) {
  private static final Duration INITDB_MAX = Duration.ofMinutes(5);
  private static final int PASSWORD_BYTES = 24;

  /**
   * The cluster in a directory, made when there is none.
   *
   * <p>It is made under another name and then renamed: when this process is killed meanwhile, the
   * next one finds no half of a cluster but none, and begins anew, with a new password.
   */
  static PostgresCluster in(Path home, EmbeddedDirectory directory) throws IOException {
    Path password = home.resolve("password");
    FileTree.createPrivate(home);
    if (!Files.exists(home.resolve(CommandLine.POSTGRES_FILES))) {
      FileTree.delete(home.resolve(CommandLine.POSTGRES_FILES_PART));
      FileTree.createPrivateFile(password);
      Files.writeString(password, newPassword());
      directory.starter().demotion().giveTo(home);
      initialize(home, directory);
    }
    directory.starter().demotion().giveTo(home);
    return new PostgresCluster(home, Files.readString(password));
  }

  Path files() {
    return home.resolve(CommandLine.POSTGRES_FILES);
  }

  private static void initialize(Path home, EmbeddedDirectory directory) throws IOException {
    Path part = home.resolve(CommandLine.POSTGRES_FILES_PART);
    String program = directory.binaries().postgres("initdb").toString();
    List<String> arguments = List.of(program, "-D", part.toString(), "--username=postgres",
        "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
        "--auth=scram-sha-256", "--pwfile=" + home.resolve("password"));
    ServerLog log = ServerLog.continueIn(home);
    Process initdb = directory.starter()
        .start(new ChildCommand(home, arguments, Signal.KILL, true), log);
    if (!Wait.until(() -> !initdb.isAlive(), INITDB_MAX)) {
      ServerProcess.of(initdb.pid(), Signal.KILL, home).kill();
    }
    if (initdb.isAlive() || initdb.exitValue() != 0) {
      throw new EmbeddedServerException("PostgreSQL could not make its files in " + home
          + ". Its log " + log.path() + " ends with" + log.excerpt());
    }
    Files.move(part, home.resolve(CommandLine.POSTGRES_FILES), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String newPassword() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "PostgresCluster[home=" + home + "]";
  }
}
