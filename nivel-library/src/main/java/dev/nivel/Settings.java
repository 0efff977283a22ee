package dev.nivel;

import dev.nivel.store.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Variables and where they come from: an environment, or a map in its place. A variable that is set
 * to nothing counts as not set. Each can also be read from the file that {@code <NAME>_FILE} names.
 */
public final class Settings {
  private static final String FILE_SUFFIX = "_FILE";

  private final Map<String, String> variables;

  private Settings(Map<String, String> variables) {
    this.variables = variables;
  }

  /** Settings from variables as in an environment. */
  public static Settings of(Map<String, String> variables) {
    return new Settings(Map.copyOf(variables));
  }

  /** The same, with one variable set. */
  public Settings with(String name, String value) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put(name, value);
    return new Settings(changed);
  }

  /** A setting's value and its origin. */
  private record Found(String name, String text, String origin) {}

  /**
   * The value of a setting, or of its default.
   *
   * @throws ConfigurationException if it is not allowed
   */
  public <T> T value(Setting<T> setting) {
    return find(setting).map(found -> setting.parse(found.name(), found.text()))
        .orElseGet(() -> setting.parse(setting.name(), setting.defaultText()));
  }

  /**
   * The value of a setting that has no default; empty if it is not set.
   *
   * @throws ConfigurationException if it is not allowed
   */
  public <T> Optional<T> optional(Setting<T> setting) {
    return find(setting).map(found -> setting.parse(found.name(), found.text()));
  }

  /** What is in force, fit to be shown: secrets are masked. */
  public String shown(Setting<?> setting) {
    String text = find(setting).map(Found::text).orElse(setting.defaultText());
    if (text.isEmpty()) {
      return "";
    }
    return setting.isSecret() ? "***" : maskPassword(text);
  }

  /** Where the value of a setting comes from: {@code default}, or the variable's name. */
  public String origin(Setting<?> setting) {
    return find(setting).map(Found::origin).orElse("default");
  }

  /** Hides the password of a URL. */
  static String maskPassword(String text) {
    return text.replaceAll("(://[^/@]*:)[^/]*@", "$1***@")
        .replaceAll("(?i)([?&][a-z]*password=)[^&]*", "$1***");
  }

  private Optional<Found> find(Setting<?> setting) {
    for (String name : setting.names()) {
      String text = variables.getOrDefault(name, "");
      if (!text.isEmpty()) {
        return Optional.of(new Found(name, text, name));
      }
      String file = variables.getOrDefault(name + FILE_SUFFIX, "");
      if (!file.isEmpty()) {
        return Optional.of(new Found(name, read(name + FILE_SUFFIX, file), name + FILE_SUFFIX));
      }
    }
    return Optional.empty();
  }

  private static String read(String name, String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
    } catch (IOException | InvalidPathException e) {
      throw new ConfigurationException(
          name + " is \"" + file + "\", which can't be read; allowed is a file with the value",
          e);
    }
  }
}
