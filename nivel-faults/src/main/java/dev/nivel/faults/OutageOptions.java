package dev.nivel.faults;

import java.time.Duration;
import java.util.List;

/**
 * What the command line asks for after {@code --outages}.
 *
 * @param lasting how long each outage is
 * @param perSecond how many requests there are
 */
record OutageOptions(Duration lasting, int perSecond) {
  static final String NAME = "--outages";

  /**
   * Reads what comes after the name.
   *
   * @throws IllegalArgumentException if it is not allowed
   */
  static OutageOptions parse(List<String> arguments) {
    OutageOptions options = new OutageOptions(Duration.ofSeconds(60), 500);
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(arguments.get(i) + " needs a value");
      }
      int value = Integer.parseInt(arguments.get(i + 1));
      if (value < 1) {
        throw new IllegalArgumentException(arguments.get(i) + " is a whole number from 1");
      }
      options = switch (arguments.get(i)) {
        case "--seconds" -> new OutageOptions(Duration.ofSeconds(value), options.perSecond());
        case "--rate" -> new OutageOptions(options.lasting(), value);
        default ->
          throw new IllegalArgumentException("there is no option " + arguments.get(i));
      };
    }
    return options;
  }
}
