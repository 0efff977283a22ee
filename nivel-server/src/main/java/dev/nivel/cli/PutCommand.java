package dev.nivel.cli;

import dev.nivel.json.RawJson;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code nivel put}: sets an entry. */
final class PutCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  PutCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.one(0, "CONVERSATION", "its id"))
        .addPositional(Arguments.one(1, "NAME", "the name of the entry"))
        .addPositional(Arguments.one(2, "VALUE", "the value; - reads it from what is piped in,"
            + " @FILE from a file"))
        .addOption(OptionSpec.builder("--type")
            .paramLabel("TYPE")
            .type(String.class)
            .description("the content type (default: application/json if the value is JSON, else"
                + " text/plain if it is text)")
            .build())
        .addOption(OptionSpec.builder("--ttl")
            .paramLabel("SECONDS")
            .type(Long.class)
            .description("expires after so many seconds")
            .build());
    spec.usageMessage().description("Sets an entry.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    byte[] value = Arguments.bytes(Arguments.at(arguments, 2), console.in());
    String type = arguments.matchedOptionValue("--type", typeOf(value));
    if (!arguments.hasMatchedOption("--type") && looksLikeBrokenJson(value)) {
      console.error("note: stored as " + type + ", since it is not valid JSON");
    }
    String path = Remote.path("cache", "conversations", Arguments.at(arguments, 0), "entries",
        Arguments.at(arguments, 1));
    String query = arguments.hasMatchedOption("--ttl")
        ? "?ttl=" + arguments.matchedOption("--ttl").getValue()
        : "";
    Remote.Reply reply = Remote.of(arguments, environment).put(path + query, type, value).orFail();
    console.print(Remote.isJson(arguments) ? reply.text()
        : reply.json().path("stamp").stringValue());
    return 0;
  }

  private static boolean looksLikeBrokenJson(byte[] value) {
    boolean isOpened = value.length > 0 && (value[0] == '{' || value[0] == '[');
    return isOpened && !typeOf(value).equals("application/json");
  }

  private static String typeOf(byte[] value) {
    return RawJson.validText(value)
        .map(text -> RawJson.isValid(text) ? "application/json" : "text/plain; charset=utf-8")
        .orElse("application/octet-stream");
  }
}
