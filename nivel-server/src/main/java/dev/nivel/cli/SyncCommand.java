package dev.nivel.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code nivel sync}: brings everything to Supabase now. */
final class SyncCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  SyncCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.optional(0, "CONVERSATION", "its id; without it, all of them"));
    spec.usageMessage()
        .description("Returns when everything that was acknowledged before is in Supabase.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    String path = Arguments.has(arguments, 0)
        ? Remote.path("cache", "sync", Arguments.at(arguments, 0))
        : "/cache/sync";
    Remote.Reply reply = Remote.of(arguments, environment).post(path, "", new byte[0]).orFail();
    JsonNode report = reply.json();
    console.print(Remote.isJson(arguments) ? reply.text()
        : "synced %d fields in %d batches, %.0f ms; %d quarantined, %d pending".formatted(
            report.path("synced").asLong(), report.path("batches").asLong(),
            report.path("elapsed_ms").asDouble(), report.path("quarantined").asLong(),
            report.path("pending").asLong()));
    return 0;
  }
}
