package dev.nivel.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code nivel erase}: erases a conversation at every level. */
final class EraseCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  EraseCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.one(0, "CONVERSATION", "its id"))
        .addOption(OptionSpec.builder("--yes")
            .type(boolean.class)
            .description("says that you mean it")
            .build());
    spec.usageMessage().description("Erases a conversation at every level, for good.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    if (!arguments.hasMatchedOption("--yes")) {
      throw CommandFailure.ofUse(
          "an erased conversation does not come back; add --yes to erase it");
    }
    Remote.Reply reply = Remote.of(arguments, environment)
        .delete(Remote.path("cache", "conversations", Arguments.at(arguments, 0)))
        .orFail();
    boolean isComplete = reply.status() == 200;
    console.print(Remote.isJson(arguments) ? reply.text()
        : isComplete ? "erased at every level"
            : "being erased; still open: " + reply.json().path("open"));
    return 0;
  }
}
