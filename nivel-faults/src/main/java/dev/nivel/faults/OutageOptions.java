package dev.nivel.faults;

import dev.nivel.faults.outage.Outage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What the command line asks for after {@code --outages}.
 *
 * @param lasting how long each outage is
 * @param perSecond how many requests there are
 * @param outages which
 */
record OutageOptions(Duration lasting, int perSecond, List<Outage> outages) {
  static final String NAME = "--outages";

  /**
   * Reads what comes after the name.
   *
   * @throws IllegalArgumentException if it is not allowed
   */
  static OutageOptions parse(List<String> arguments) {
    OutageOptions options = new OutageOptions(Duration.ofSeconds(60), 500,
        List.of(Outage.values()));
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(arguments.get(i) + " needs a value");
      }
      options = options.with(arguments.get(i), arguments.get(i + 1));
    }
    return options;
  }

  private OutageOptions with(String name, String value) {
    return switch (name) {
      case "--seconds" ->
        new OutageOptions(Duration.ofSeconds(number(name, value)), perSecond, outages);
      case "--rate" -> new OutageOptions(lasting, number(name, value), outages);
      case "--only" -> new OutageOptions(lasting, perSecond,
          Arrays.stream(value.split(",")).map(OutageOptions::outage).toList());
      default -> throw new IllegalArgumentException("there is no option " + name);
    };
  }

  private static int number(String name, String value) {
    int number = Integer.parseInt(value);
    if (number < 1) {
      throw new IllegalArgumentException(name + " is a whole number from 1");
    }
    return number;
  }

  private static Outage outage(String name) {
    return Arrays.stream(Outage.values())
        .filter(outage -> outage.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no outage " + name));
  }
}
