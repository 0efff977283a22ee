package dev.nivel.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code nivel get}: one entry's very bytes. */
final class GetCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  GetCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.one(0, "CONVERSATION", "its id"))
        .addPositional(Arguments.one(1, "NAME", "the name of the entry"));
    spec.usageMessage().description("Prints an entry as it is stored.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    Remote.Reply reply = Remote.of(arguments, environment)
        .get(Remote.path("cache", "conversations", Arguments.at(arguments, 0), "entries",
            Arguments.at(arguments, 1)))
        .orFail();
    console.out().write(reply.body(), 0, reply.body().length);
    if (console.isTerminal()) {
      console.print("");
    }
    console.out().flush();
    return 0;
  }
}
