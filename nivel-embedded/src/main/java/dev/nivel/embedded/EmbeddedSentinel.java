package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real Redis Sentinel, one of a {@link RedisSentinels}. Thread-safe. */
public final class EmbeddedSentinel extends EmbeddedServer {
  private final Path program;
  private final Path home;
  private final List<String> lines;

  private EmbeddedSentinel(EmbeddedDirectory directory, Path home, List<String> lines)
      throws IOException {
    super(directory, home, 0);
    this.program = directory.binaries().redisServer();
    this.home = home;
    this.lines = List.copyOf(lines);
  }

  /** Starts one and waits until it watches its master. */
  static EmbeddedSentinel start(EmbeddedDirectory directory, String name, List<String> lines) {
    Path home = directory.path().resolve(name);
    try {
      FileTree.createPrivate(home);
      EmbeddedSentinel sentinel = new EmbeddedSentinel(directory, home, lines);
      sentinel.launch();
      return sentinel;
    } catch (IOException e) {
      throw new EmbeddedServerException("could not prepare " + home, e);
    }
  }

  /** Sentinel keeps what it learns in its configuration file, so that is written only once. */
  @Override
  ChildCommand command(int chosenPort) throws IOException {
    Path file = home.resolve(CommandLine.REDIS_FILE);
    if (!Files.exists(file) || port() == 0) {
      List<String> all = new ArrayList<>(List.of("bind 127.0.0.1", "port " + chosenPort,
          "dir " + home, "set-proc-title no"));
      all.addAll(lines);
      FileTree.createPrivateFile(file);
      Files.writeString(file, String.join("\n", all) + "\n");
    }
    return new ChildCommand(home, List.of(program.toString(), file.toString(), "--sentinel"),
        Signal.TERM, false);
  }

  @Override
  String readyWords() {
    return "+monitor master";
  }
}
