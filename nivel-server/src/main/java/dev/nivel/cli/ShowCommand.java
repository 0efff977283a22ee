package dev.nivel.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code nivel show}: a whole conversation. */
final class ShowCommand implements Command {
  private static final int SHOWN_MAX = 200;

  private final Console console;
  private final Map<String, String> environment;

  ShowCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.one(0, "CONVERSATION", "its id"));
    spec.usageMessage()
        .description("Shows a conversation: its entries and its items.",
            "Long values are cut in text; --output json has them whole.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    Remote.Reply reply = Remote.of(arguments, environment)
        .get(Remote.path("cache", "conversations", Arguments.at(arguments, 0)))
        .orFail();
    if (Remote.isJson(arguments)) {
      console.print(reply.text());
      return 0;
    }
    JsonNode conversation = reply.json();
    console.print("entries: " + conversation.path("entries").size());
    conversation.path("entries")
        .properties()
        .forEach(entry -> console
            .print("  " + entry.getKey() + " = " + shown(entry.getValue())));
    console.print("items: " + conversation.path("items").size()
        + (conversation.path("has_older_items").asBoolean(false) ? ", and older ones" : ""));
    for (JsonNode item : conversation.path("items")) {
      console.print("  " + item.path("at").stringValue() + "  " + shown(item));
    }
    return 0;
  }

  private static String shown(JsonNode held) {
    JsonNode base64 = held.path("base64");
    String text = base64.isMissingNode() ? held.path("value").toString()
        : "base64 " + base64.stringValue();
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
  }
}
