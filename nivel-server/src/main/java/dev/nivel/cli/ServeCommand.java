package dev.nivel.cli;

import dev.nivel.Settings;
import dev.nivel.server.Server;
import dev.nivel.server.ServerLog;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code nivel serve}: the server in the foreground. */
final class ServeCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  ServeCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage()
        .description("Starts the server in the foreground.", "",
            "Without REDIS_URL and SUPABASE_DB_URL it starts a Redis and a PostgreSQL of its own in"
                + " NIVEL_DATA_DIR (.nivel). Everything is configured by environment variables;"
                + " nivel config shows them. Ctrl-C or SIGTERM ends it and what it started.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    ServerLog.setUp();
    long start = System.nanoTime();
    Server server = Server.start(Settings.of(environment));
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      console.print("Ending: finishing requests, then syncing what is pending");
      server.close();
      console.print("Ended");
      end.countDown();
    }, "nivel-end"));
    server.description().forEach(console::print);
    console.print("Ready in %.1f s. Ctrl-C ends it.".formatted(
        (System.nanoTime() - start) / 1e9));
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
