package dev.nivel.cli;

import dev.nivel.server.Server;
import dev.nivel.store.NivelException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code nivel <command>}. Exit codes: 0 done, 1 failed, 2 wrong use. */
public final class Main {
  private static final int FAILED = 1;

  private final Console console;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  Main(Console console, Map<String, String> environment) {
    this.console = console;
    commands.put("serve", new ServeCommand(console, environment));
    commands.put("import", new ImportCommand(console, environment));
    commands.put("show", new ShowCommand(console, environment));
    commands.put("get", new GetCommand(console, environment));
    commands.put("put", new PutCommand(console, environment));
    commands.put("append", new AppendCommand(console, environment));
    commands.put("erase", new EraseCommand(console, environment));
    commands.put("preload", new PreloadCommand(console, environment));
    commands.put("sync", new SyncCommand(console, environment));
    commands.put("quarantine", new QuarantineCommand(console, environment));
    commands.put("metrics", new MetricsCommand(console, environment));
    commands.put("migrate", new MigrateCommand(console, environment));
    commands.put("doctor", new DoctorCommand(console, environment));
    commands.put("config", new ConfigCommand(console, environment));
  }

  /** Runs a command of this process's arguments. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    boolean isTerminal = Optional.ofNullable(System.console())
        .map(java.io.Console::isTerminal)
        .orElse(false);
    Console console = new Console(out, err, System.in, isTerminal);
    int code = new Main(console, System.getenv()).run(arguments);
    out.flush();
    System.exit(code);
  }

  /** Runs a command and returns its exit code. */
  int run(String... arguments) {
    CommandLine commandLine = new CommandLine(spec());
    commandLine.setOut(console.outWriter()).setErr(console.errWriter());
    try {
      ParseResult parsed = commandLine.parseArgs(arguments);
      Integer helped = CommandLine.executeHelpRequest(parsed);
      if (helped != null) {
        return helped;
      }
      if (!parsed.hasSubcommand()) {
        commandLine.usage(commandLine.getOut());
        return CommandLine.ExitCode.USAGE;
      }
      ParseResult sub = parsed.subcommand();
      return Objects.requireNonNull(commands.get(sub.commandSpec().name())).run(sub);
    } catch (ParameterException e) {
      console.error(String.valueOf(e.getMessage()));
      CommandLine.UnmatchedArgumentException.printSuggestions(e, commandLine.getErr());
      console.error("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      return CommandLine.ExitCode.USAGE;
    } catch (CommandFailure e) {
      console.error("nivel: " + e.getMessage());
      return e.exitCode();
    } catch (NivelException e) {
      console.error("nivel: " + e.getMessage());
      return FAILED;
    }
  }

  private CommandSpec spec() {
    CommandSpec root = CommandSpec.create()
        .name("nivel")
        .version("nivel " + Server.version())
        .mixinStandardHelpOptions(true);
    root.usageMessage()
        .description("A cache for conversations on three levels: memory, Redis, Supabase.")
        .footer("", "Exit codes: 0 done, 1 failed, 2 wrong use.");
    commands.forEach((name, command) -> root.addSubcommand(name,
        command.spec().name(name).mixinStandardHelpOptions(true)));
    return root;
  }
}
