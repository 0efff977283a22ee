package dev.nivel.cli;

import dev.nivel.Nivel;
import dev.nivel.NivelConfig;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code nivel migrate}: the schema in Supabase. */
final class MigrateCommand implements Command {
  private final Console console;
  private final Map<String, String> environment;

  MigrateCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create()
        .addOption(OptionSpec.builder("--print")
            .type(boolean.class)
            .description("only print the SQL, for Supabase's SQL editor")
            .build())
        .addOption(OptionSpec.builder("--from")
            .type(int.class)
            .paramLabel("VERSION")
            .defaultValue("0")
            .description("with --print: the version that the schema has; 0 = there is none")
            .build());
    spec.usageMessage()
        .description("Creates or updates the schema \"nivel\" in SUPABASE_DB_URL.",
            "The server does the same when it starts.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    if (arguments.hasMatchedOption("--print")) {
      console.print(Nivel.schemaSql(arguments.matchedOptionValue("--from", 0)));
      return 0;
    }
    if (arguments.hasMatchedOption("--from")) {
      throw CommandFailure.ofUse("--from goes with --print");
    }
    QuietLog.setUp();
    int before = Nivel.migrate(NivelConfig.of(environment));
    console.print(before == Nivel.schemaVersion()
        ? "the schema is up to date: version " + before
        : "the schema was brought from version " + before + " to " + Nivel.schemaVersion());
    return 0;
  }
}
