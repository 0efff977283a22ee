package dev.nivel.faults;

import dev.nivel.faults.sabotage.SabotageHunt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The long set of runs, and the search for planted bugs. */
public final class Main {
  private Main() {}

  /** Exit codes: 0 nothing was wrong, 1 something was, 2 wrong use. */
  public static void main(String[] arguments) {
    Options options;
    try {
      options = Options.parse(List.of(arguments), scratch());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
      return;
    }
    if (options.sabotage()) {
      Path sources = Path.of(System.getProperty("nivel.sources", "")).toAbsolutePath();
      long missed = new SabotageHunt(sources, options.directory(), System.out)
          .execute(options.names());
      System.exit(missed == 0 ? 0 : 1);
      return;
    }
    Logger.getLogger("").setLevel(Level.OFF); // what is wrong with the witness, its answers show
    Campaign campaign = new Campaign(options, System.out);
    Runtime.getRuntime().addShutdownHook(new Thread(campaign::close));
    Totals totals = campaign.execute();
    System.out.println(totals.describe());
    System.exit(totals.failed() == 0 ? 0 : 1);
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("nivel-faults-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
