package dev.nivel.embedded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the embedded PostgreSQL runs. Immutable; start from {@link #defaults()}.
 *
 * @param port 0 for a free one, which stays the same until the server object is dropped
 * @param parameters further configuration parameters by name; they override the defaults ({@code
 *     max_connections} 50, {@code timezone} UTC), but not what the launcher itself depends on,
 *     such as {@code listen_addresses}. They show in the process list, so no secrets here
 */
public record PostgresSettings(int port, Map<String, String> parameters) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
  private static final Set<String> OWN_PARAMETERS = Set.of("config_file", "data_directory",
      "lc_messages", "listen_addresses", "log_destination", "log_min_messages", "logging_collector",
      "port", "unix_socket_directories");
  private static final int PORT_MAX = 65_535;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when one is not allowed
   */
  public PostgresSettings {
    require(port >= 0 && port <= PORT_MAX, "port must be 0 to " + PORT_MAX + ": " + port);
    for (String name : parameters.keySet()) {
      require(NAME.matcher(name).matches(), "not the name of a parameter: " + name);
      require(!OWN_PARAMETERS.contains(name.toLowerCase(Locale.ROOT)),
          name + " is set by the launcher, as are " + OWN_PARAMETERS);
    }
    parameters = Map.copyOf(parameters);
  }

  /** On a free port, without further parameters. */
  public static PostgresSettings defaults() {
    return new PostgresSettings(0, Map.of());
  }

  /** The same on this port, 0 for a free one. */
  public PostgresSettings withPort(int newPort) {
    return new PostgresSettings(newPort, parameters);
  }

  /** The same with this parameter. */
  public PostgresSettings withParameter(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.put(name, value);
    return new PostgresSettings(port, all);
  }

  /** The server's arguments; where a parameter comes twice, PostgreSQL takes the later one. */
  List<String> arguments(int chosenPort) {
    List<String> arguments = new ArrayList<>(List.of("-c", "max_connections=50", "-c",
        "timezone=UTC"));
    parameters.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    arguments.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c",
        "unix_socket_directories=", "-c", "port=" + chosenPort));
    return arguments;
  }

  private static void require(boolean isAllowed, String message) {
    if (!isAllowed) {
      throw new IllegalArgumentException("PostgreSQL settings: " + message);
    }
  }
}
