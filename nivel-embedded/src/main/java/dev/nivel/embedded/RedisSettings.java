package dev.nivel.embedded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded Redis runs. Immutable; start from {@link #defaults()}.
 *
 * @param name the directory below the data directory in which it keeps its files, so that several
 *     fit side by side: 1 to 40 lower-case letters, digits and hyphens, beginning with a letter
 * @param port 0 for a free one, which stays the same until the server object is dropped
 * @param password of the user {@code default}, null for none
 * @param lines further lines of {@code redis.conf}, each with one directive; they override the
 *     defaults ({@code appendonly yes}, {@code appendfsync everysec}, {@code save ""}, {@code
 *     maxmemory-policy noeviction}), but not what the launcher itself depends on, such as {@code
 *     port}, {@code bind} and {@code dir}
 */
public record RedisSettings(String name, int port, @Nullable String password,
    List<String> lines) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  private static final Set<String> TAKEN_NAMES = Set.of("bin", "postgres");
  private static final Set<String> OWN_DIRECTIVES = Set.of("bind", "daemonize", "dir", "include",
      "logfile", "loglevel", "port", "requirepass", "set-proc-title");
  private static final int PORT_MAX = 65_535;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when one is not allowed; its message holds no password
   */
  public RedisSettings {
    require(NAME.matcher(name).matches() && !TAKEN_NAMES.contains(name),
        "name must be a letter and up to 39 letters, digits and hyphens, all in lower case, and"
            + " not one of " + TAKEN_NAMES + ": " + name);
    require(port >= 0 && port <= PORT_MAX, "port must be 0 to " + PORT_MAX + ": " + port);
    require(password == null || !password.isEmpty(), "password must be null or not empty");
    lines = List.copyOf(lines);
    lines.forEach(RedisSettings::requireAllowed);
  }

  /** Named {@code redis}, on a free port, without a password and further lines. */
  public static RedisSettings defaults() {
    return new RedisSettings("redis", 0, null, List.of());
  }

  /** The same with this name. */
  public RedisSettings withName(String newName) {
    return new RedisSettings(newName, port, password, lines);
  }

  /** The same on this port, 0 for a free one. */
  public RedisSettings withPort(int newPort) {
    return new RedisSettings(name, newPort, password, lines);
  }

  /** The same with this password, null for none. */
  public RedisSettings withPassword(@Nullable String newPassword) {
    return new RedisSettings(name, port, newPassword, lines);
  }

  /** The same with these lines after those that there are. */
  public RedisSettings withLines(String... more) {
    List<String> all = Stream.concat(lines.stream(), Stream.of(more)).toList();
    return new RedisSettings(name, port, password, all);
  }

  /** The configuration file; where a directive comes twice, Redis takes the later one. */
  String file(String files, int chosenPort) {
    List<String> all = new ArrayList<>(List.of("appendonly yes", "appendfsync everysec",
        "save \"\"", "maxmemory-policy noeviction"));
    all.addAll(lines);
    all.add("bind 127.0.0.1");
    all.add("port " + chosenPort);
    all.add("dir " + files);
    all.add("set-proc-title no"); // the arguments must stay, they show whose server it is
    if (password != null) {
      all.add("requirepass " + quoted(password));
    }
    return String.join("\n", all) + "\n";
  }

  /** Every byte as an escape, so that no character has a meaning. */
  private static String quoted(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return "\"" + HexFormat.of().withPrefix("\\x").formatHex(bytes) + "\"";
  }

  private static void requireAllowed(String line) {
    String directive = line.strip().split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
    require(!directive.isEmpty() && line.lines().count() == 1,
        "a line must hold one directive, not none or several");
    require(!OWN_DIRECTIVES.contains(directive),
        directive + " is set by the launcher, as are " + OWN_DIRECTIVES);
  }

  private static void require(boolean isAllowed, String message) {
    if (!isAllowed) {
      throw new IllegalArgumentException("Redis settings: " + message);
    }
  }

  /** Name and port; the rest may hold secrets. */
  @Override
  public String toString() {
    return "RedisSettings[name=" + name + ", port=" + port + ", " + lines.size() + " lines]";
  }
}
