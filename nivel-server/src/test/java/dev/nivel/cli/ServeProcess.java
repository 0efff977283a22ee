package dev.nivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code nivel serve} as a process of its own. */
public final class ServeProcess implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("listens on (http://\\S+)");

  private final Process process;
  private final Path output;

  private ServeProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a server and waits until it is ready. */
  public static ServeProcess start(Path directory, Map<String, String> environment) {
    ServeProcess started = launch(directory, environment);
    Awaitility.await()
        .atMost(2, TimeUnit.MINUTES)
        .until(() -> started.output().contains("Ready in") || !started.process.isAlive());
    if (!started.process.isAlive()) {
      throw new AssertionError("the server did not start: " + started.output());
    }
    return started;
  }

  /** Starts a server and waits for nothing. */
  public static ServeProcess launch(Path directory, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile(directory, "serve", ".log");
      ProcessBuilder builder = new ProcessBuilder(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
          "-XX:TieredStopAtLevel=1", "dev.nivel.cli.Main", "serve").directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(output.toFile());
      builder.environment()
          .keySet()
          .removeIf(
              name -> name.matches("(NIVEL|REDIS|SUPABASE|SYNC|CIRCUIT|COMPRESSION|DATABASE)_.*"));
      builder.environment().put("NIVEL_PORT", "0");
      builder.environment().putAll(environment);
      return new ServeProcess(builder.start(), output);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All that it has printed. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Where it can be reached. */
  public String url() {
    Matcher matcher = URL.matcher(output());
    if (!matcher.find()) {
      throw new AssertionError("it does not say where it listens: " + output());
    }
    return matcher.group(1);
  }

  /** Its process. */
  public Process process() {
    return process;
  }

  /** Ends it as a crash would. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  /** Asks it to end, and waits until it has. */
  @Override
  public void close() {
    process.destroy();
    await();
  }

  /** Waits until it has ended, and returns its exit code. */
  public int await() {
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("it does not end: " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
