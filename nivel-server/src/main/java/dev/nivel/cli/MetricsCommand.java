package dev.nivel.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code nivel metrics}: how a server is doing. */
final class MetricsCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  MetricsCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create());
    spec.usageMessage().description("Shows how a server is doing.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    Remote.Reply reply = Remote.of(arguments, environment).get("/cache/metrics").orFail();
    if (Remote.isJson(arguments)) {
      console.print(reply.text());
    } else {
      show("", reply.json());
    }
    return 0;
  }

  private void show(String path, JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(member -> show(
              path.isEmpty() ? member.getKey() : path + "." + member.getKey(), member.getValue()));
    } else {
      console.print("%-36s %s".formatted(path, node.asString()));
    }
  }
}
