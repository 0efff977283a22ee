package dev.nivel.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code nivel append}: appends items. */
final class AppendCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  AppendCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.one(0, "CONVERSATION", "its id"))
        .addPositional(Arguments.one(1, "ITEM", "JSON; - reads a JSON text a line from what is"
            + " piped in, @FILE from a file"));
    spec.usageMessage().description("Appends items to a conversation and prints their ids.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    String item = Arguments.at(arguments, 1);
    boolean areLines = item.equals("-") || item.startsWith("@");
    Remote.Reply reply = Remote.of(arguments, environment)
        .post(Remote.path("cache", "conversations", Arguments.at(arguments, 0), "items"),
            areLines ? "application/x-ndjson" : "application/json",
            Arguments.bytes(item, console.in()))
        .orFail();
    if (Remote.isJson(arguments)) {
      console.print(reply.text());
      return 0;
    }
    for (JsonNode appended : reply.json().path("items")) {
      console.print(appended.path("id").stringValue());
    }
    return 0;
  }
}
