package dev.nivel.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code nivel preload}: brings conversations to memory. */
final class PreloadCommand implements Command {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Console console;
  private final Map<String, String> environment;

  PreloadCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.many(0, "CONVERSATION", "ids"));
    spec.usageMessage().description("Brings conversations to memory, before their calls begin.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    List<String> ids = arguments.matchedPositionalValue(0, List.of());
    byte[] body = MAPPER.writeValueAsString(Map.of("conversation_ids", ids))
        .getBytes(StandardCharsets.UTF_8);
    Remote.Reply reply = Remote.of(arguments, environment)
        .post("/cache/preload", "application/json", body)
        .orFail();
    boolean areAllFound = true;
    for (JsonNode result : reply.json().path("results")) {
      areAllFound &= result.path("found").asBoolean();
      if (!Remote.isJson(arguments)) {
        console.print("%s: %s (%s, %d entries, %d items)".formatted(
            result.path("conversation_id").stringValue(), result.path("message").stringValue(),
            result.path("source").stringValue(), result.path("entries").asInt(),
            result.path("items").asInt()));
      }
    }
    if (Remote.isJson(arguments)) {
      console.print(reply.text());
    }
    return areAllFound ? 0 : 1;
  }
}
