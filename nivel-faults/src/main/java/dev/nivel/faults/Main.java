package dev.nivel.faults;

import dev.nivel.faults.outage.OutageTrial;
import dev.nivel.faults.sabotage.SabotageHunt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The long set of runs, the search for planted bugs, and outages under a steady load. */
public final class Main {
  private Main() {}

  /** Exit codes: 0 nothing was wrong, 1 something was, 2 wrong use, 3 a run could not be made. */
  public static void main(String[] arguments) {
    IntSupplier wanted;
    try {
      wanted = wanted(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
      return;
    }
    System.exit(wanted.getAsInt());
  }

  private static IntSupplier wanted(List<String> arguments) {
    if (!arguments.isEmpty() && arguments.getFirst().equals(OutageOptions.NAME)) {
      OutageOptions options = OutageOptions.parse(arguments.subList(1, arguments.size()));
      return () -> outages(options);
    }
    Options options = Options.parse(arguments, scratch());
    return () -> execute(options);
  }

  private static int outages(OutageOptions options) {
    return new OutageTrial(scratch(), System.out, options.lasting(), options.perSecond())
        .execute(options.outages()) == 0 ? 0 : 1;
  }

  private static int execute(Options options) {
    if (options.shape() == Options.Shape.SABOTAGE) {
      Path sources = Path.of(System.getProperty("nivel.sources", "")).toAbsolutePath();
      long missed = new SabotageHunt(sources, options.directory(), System.out)
          .execute(options.names());
      return missed == 0 ? 0 : 1;
    }
    Logger.getLogger("").setLevel(Level.OFF); // what is wrong with the witness, its answers show
    Campaign campaign = new Campaign(options, System.out);
    Runtime.getRuntime().addShutdownHook(new Thread(campaign::close));
    Totals totals = campaign.execute();
    System.out.println(totals.describe());
    if (totals.broken() == 0 && totals.swaps() < options.swaps()) {
      System.out.println("only " + totals.swaps() + " of " + options.swaps()
          + " replies have changed places");
      return 1;
    }
    return totals.exitCode();
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("nivel-faults-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
