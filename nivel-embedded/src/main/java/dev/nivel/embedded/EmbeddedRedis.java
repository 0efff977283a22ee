package dev.nivel.embedded;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Redis 6.2 with an append-only file. Thread-safe.
 *
 * <p>What it has acknowledged survives its own end, however it ends; a crash of the whole machine
 * may cost the last second.
 */
public final class EmbeddedRedis extends EmbeddedServer {
  private static final String FILES = "files";

  private final RedisSettings settings;
  private final Path program;
  private final Path home;

  private EmbeddedRedis(EmbeddedDirectory directory, RedisSettings settings, Path home)
      throws IOException {
    super(directory, home, settings.port());
    this.settings = settings;
    this.program = directory.binaries().redisServer();
    this.home = home;
  }

  /**
   * Starts Redis and waits until it takes connections, which it does when its files are loaded.
   *
   * <p>Milliseconds; the first start in a place for binaries unpacks them, which takes 0.1 s.
   *
   * @throws EmbeddedServerException when it does not start, with the last lines of its log; when
   *     a server of this name already runs in the directory; when the directory is closed
   */
  public static EmbeddedRedis start(EmbeddedDirectory directory, RedisSettings settings) {
    Path home = directory.path().resolve(settings.name());
    try {
      FileTree.createPrivate(home);
      EmbeddedRedis redis = new EmbeddedRedis(directory, settings, home);
      redis.launch();
      return redis;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not prepare " + home, e);
    }
  }

  /** {@code redis://[:password@]127.0.0.1:port}, the password percent-encoded. */
  public String url() {
    String password = settings.password();
    String user = password == null ? ""
        : ":" + URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20") + "@";
    return "redis://" + user + "127.0.0.1:" + port();
  }

  /**
   * Sends a command and waits for its answer, up to two minutes.
   *
   * @return text, lists without separators; a string begins with $, a status with +
   * @throws EmbeddedServerException when Redis refuses the command or does not answer
   */
  public String ask(String... command) {
    try (RedisWire wire = new RedisWire(port())) {
      String password = settings.password();
      if (password != null) {
        wire.ask("AUTH", password);
      }
      String answer = wire.ask(command);
      if (answer.startsWith("-")) {
        throw new EmbeddedServerException("Redis refused " + command[0] + ": " + answer);
      }
      return answer;
    } catch (IOException e) {
      throw new EmbeddedServerException("Redis on port " + port() + " did not answer", e);
    }
  }

  /**
   * Deletes everything it has stored, so that it comes back empty.
   *
   * @throws IllegalStateException when it is running
   */
  public synchronized void deleteFiles() {
    requireRunning(false);
    try {
      FileTree.delete(files());
    } catch (IOException e) {
      throw new EmbeddedServerException("could not delete " + files(), e);
    }
  }

  @Override
  ChildCommand command(int chosenPort) throws IOException {
    Files.createDirectories(files());
    Path file = home.resolve(CommandLine.REDIS_FILE);
    FileTree.createPrivateFile(file);
    Files.writeString(file, settings.file(FILES, chosenPort));
    return new ChildCommand(home, List.of(program.toString(), file.toString()), Signal.TERM, false);
  }

  @Override
  String readyWords() {
    return "Ready to accept connections";
  }

  private Path files() {
    return home.resolve(FILES);
  }
}
