package dev.nivel.cli;

import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/** {@code nivel quarantine}: what PostgreSQL refuses for good. */
final class QuarantineCommand implements Command {
  private static final String ALL = "--all";
  private static final String YES = "--yes";
  private static final String AFTER = "--after";

  private final Console console;
  private final Map<String, String> environment;

  QuarantineCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create()
        .addSubcommand("list", list())
        .addSubcommand("retry", chosen("Tries again to store fields, each as the version it is.",
            "Do so when the reason is mended. With --all, a page of 1,000 at a time."))
        .addSubcommand("drop", chosen("Gives fields up, for good.")
            .addOption(OptionSpec.builder(YES)
                .type(boolean.class)
                .description("says that you mean it")
                .build()));
    spec.usageMessage()
        .description("Shows, retries and drops the fields that Supabase refuses to store.");
    return spec;
  }

  private static CommandSpec list() {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addOption(OptionSpec.builder(AFTER)
            .paramLabel("ID")
            .type(long.class)
            .description("only fields after this one")
            .build());
    return described(spec, "Shows what is quarantined, and why; 1,000 fields at most.");
  }

  private static CommandSpec chosen(String... description) {
    CommandSpec spec = Remote.options(CommandSpec.create())
        .addPositional(Arguments.optional(0, "ID", "the field's id, as the list shows it"))
        .addOption(OptionSpec.builder(ALL)
            .type(boolean.class)
            .description("all that is quarantined")
            .build());
    return described(spec, description);
  }

  private static CommandSpec described(CommandSpec spec, String... description) {
    spec.usageMessage().description(description);
    return spec.mixinStandardHelpOptions(true);
  }

  @Override
  public int run(ParseResult arguments) {
    if (!arguments.hasSubcommand()) {
      throw new ParameterException(arguments.commandSpec().commandLine(),
          "Missing command: list, retry or drop");
    }
    ParseResult sub = arguments.subcommand();
    return switch (sub.commandSpec().name()) {
      case "list" -> list(sub);
      case "retry" -> retry(sub);
      default -> drop(sub);
    };
  }

  private int list(ParseResult arguments) {
    Remote.Reply reply = Remote.of(arguments, environment)
        .get("/cache/quarantine?limit=1000&after=" + arguments.matchedOptionValue(AFTER, 0L))
        .orFail();
    if (Remote.isJson(arguments)) {
      console.print(reply.text());
      return 0;
    }
    JsonNode rows = reply.json().path("rows");
    if (rows.isEmpty()) {
      console.print("nothing is quarantined");
    }
    rows.forEach(this::show);
    if (reply.json().path("has_more").asBoolean()) {
      console.print("and more: --after " + rows.get(rows.size() - 1).path("id"));
    }
    return 0;
  }

  private void show(JsonNode row) {
    String content = row.path("content_type").isNull() ? "a tombstone"
        : row.path("bytes") + " bytes of " + row.path("content_type").stringValue();
    console.print("%s  %s  %s %s at stamp %s, %s, node %s: %s".formatted(row.path("id"),
        row.path("at").stringValue(), row.path("conversation_id").stringValue(),
        row.path("field").stringValue(), row.path("stamp").stringValue(), content,
        row.path("node"), row.path("reason").stringValue()));
  }

  private int retry(ParseResult arguments) {
    Remote remote = Remote.of(arguments, environment);
    Totals totals = page(arguments, path -> remote.post(path, "", new byte[0]));
    if (!Remote.isJson(arguments)) {
      console.print("stored %d, coalesced %d; %d are still quarantined".formatted(totals.synced,
          totals.coalesced, totals.quarantined));
    }
    return totals.quarantined == 0 ? 0 : 1;
  }

  private int drop(ParseResult arguments) {
    if (!arguments.hasMatchedOption(YES)) {
      throw new CommandFailure("what is dropped is lost; add --yes to drop it");
    }
    Totals totals = page(arguments, Remote.of(arguments, environment)::delete);
    if (!Remote.isJson(arguments)) {
      console.print("dropped " + totals.dropped);
    }
    return 0;
  }

  /** What the pages of an answer come to. */
  private static final class Totals {
    long synced;
    long coalesced;
    long quarantined;
    long dropped;

    void add(JsonNode page) {
      synced += page.path("synced").asLong();
      coalesced += page.path("coalesced").asLong();
      quarantined += page.path("quarantined").asLong();
      dropped += page.path("dropped").asLong();
    }
  }

  /** Asks for one field, or for page after page of all; in JSON each answer is a line. */
  private Totals page(ParseResult arguments, Function<String, Remote.Reply> request) {
    boolean isAll = arguments.hasMatchedOption(ALL);
    if (isAll == Arguments.has(arguments, 0)) {
      throw new ParameterException(arguments.commandSpec().commandLine(),
          "Name one field by its ID, or all by --all");
    }
    String path = isAll ? "/cache/quarantine?after=0"
        : Remote.path("cache", "quarantine", Arguments.at(arguments, 0));
    Totals totals = new Totals();
    for (boolean hasMore = true; hasMore;) {
      Remote.Reply reply = request.apply(path).orFail();
      JsonNode page = reply.json();
      totals.add(page);
      if (Remote.isJson(arguments)) {
        console.print(reply.text());
      } else {
        page.path("rows").forEach(this::show);
      }
      hasMore = page.path("has_more").asBoolean();
      path = "/cache/quarantine?after=" + page.path("last");
    }
    return totals;
  }
}
