package dev.nivel.cli;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code nivel import}: conversations from a file of JSON lines. */
final class ImportCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  ImportCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(
            Arguments.one(0, "FILE", "JSON lines, also with .gz; - for what is piped in"))
        .addOption(OptionSpec.builder("--parallel")
            .paramLabel("N")
            .type(Integer.class)
            .defaultValue("8")
            .description("conversations at a time (default: 8)")
            .build());
    spec.usageMessage()
        .description("Imports conversations from a file of JSON lines, one a line:",
            "  {\"conversation_id\": \"...\", \"entries\": {NAME: JSON}, \"items\": [JSON, ...]}",
            "",
            "Every value is stored as it is written. Entries replace those of the same name;"
                + " items are appended, so importing a file twice appends them twice. A"
                + " conversation on several lines keeps their order only with --parallel 1.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    Remote remote = Remote.of(arguments, environment);
    boolean isJson = Remote.isJson(arguments);
    int parallel = arguments.matchedOptionValue("--parallel", 8);
    if (parallel < 1 || parallel > 256) {
      throw CommandFailure.ofUse("--parallel is " + parallel + "; allowed is 1 to 256");
    }
    ImportProgress progress = new ImportProgress(console);
    try (BufferedReader lines = open(Arguments.at(arguments, 0), progress)) {
      importAll(lines, new ImportLine(remote, progress), parallel);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure("the file can't be read: " + e.getMessage());
    }
    return progress.finish(isJson);
  }

  private BufferedReader open(String file, ImportProgress progress) throws IOException {
    InputStream raw;
    if (file.equals("-")) {
      raw = console.in();
    } else {
      Path path = Path.of(file);
      if (!Files.isReadable(path) || Files.isDirectory(path)) {
        throw new CommandFailure("there is no file \"" + file + "\" that can be read");
      }
      progress.expect(Files.size(path));
      raw = new BufferedInputStream(progress.counting(Files.newInputStream(path)), 1 << 16);
    }
    InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  private static void importAll(BufferedReader lines, ImportLine importing, int parallel)
      throws IOException {
    Semaphore places = new Semaphore(parallel);
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      long number = 0;
      for (String line = lines.readLine(); line != null
          && !importing.isHopeless(); line = lines.readLine()) {
        long at = ++number;
        String text = line;
        places.acquireUninterruptibly();
        workers.execute(() -> {
          importing.run(at, text);
          places.release();
        });
      }
    }
  }
}
