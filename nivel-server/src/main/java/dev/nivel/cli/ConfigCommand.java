package dev.nivel.cli;

import dev.nivel.NivelConfig;
import dev.nivel.Setting;
import dev.nivel.Settings;
import dev.nivel.server.ServerConfig;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.json.JsonMapper;

/** {@code nivel config}: what is in force, and where it comes from. */
final class ConfigCommand implements Command {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Console console;
  private final Map<String, String> environment;

  ConfigCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create()
        .addOption(OptionSpec.builder("--output")
            .paramLabel("FORMAT")
            .type(String.class)
            .defaultValue("text")
            .description("text or json (default: text)")
            .build());
    spec.usageMessage()
        .description("Shows what is in force and where it comes from;"
            + " secrets are masked. Fails if something is not allowed.");
    return spec;
  }

  @Override
  public int run(ParseResult arguments) {
    Settings settings = Settings.of(environment);
    NivelConfig.of(settings);
    ServerConfig.of(settings);
    boolean isJson = Remote.isJson(arguments);
    Map<String, Map<String, String>> all = new TreeMap<>();
    for (Setting<?> setting : ServerConfig.settings()) {
      all.put(setting.name(),
          Map.of("value", shown(settings, setting), "from", settings.origin(setting)));
    }
    if (isJson) {
      console.print(MAPPER.writeValueAsString(all));
      return 0;
    }
    all.forEach((name, row) -> console.print(
        "%-28s %-44s %s".formatted(name, row.get("value"), row.get("from"))));
    return 0;
  }

  private static String shown(Settings settings, Setting<?> setting) {
    boolean isStore = setting.equals(NivelConfig.REDIS_URL)
        || (setting.equals(NivelConfig.SUPABASE_DB_URL)
            && settings.optional(NivelConfig.SUPABASE_URL).isEmpty());
    if (isStore && settings.origin(setting).equals("default")) {
      return "embedded (nivel serve)";
    }
    return settings.shown(setting);
  }
}
