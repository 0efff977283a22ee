package dev.nivel;

import dev.nivel.store.ConfigurationException;
import java.util.List;
import java.util.function.Function;

/**
 * A variable of the configuration.
 *
 * @param names the name, then others that mean the same
 * @param defaultText what holds when it is not set; empty = nothing
 * @param allowed what it may be, for refusals and the documentation
 * @param isSecret whether its value must not be shown
 * @param parser makes the value of the text; refuses by IllegalArgumentException
 * @param <T> the type of the value
 */
public record Setting<T>(List<String> names, String defaultText, String allowed,
    boolean isSecret, Function<String, T> parser) {

  /** A text that may be anything. */
  public static Setting<String> text(String defaultText, String allowed, String... names) {
    return new Setting<>(List.of(names), defaultText, allowed, false, text -> text);
  }

  /**
   * A text that must not be shown. It is also read from the file that {@code <NAME>_FILE} names.
   */
  public static Setting<String> secret(String allowed, String... names) {
    return new Setting<>(List.of(names), "", allowed, true, text -> text);
  }

  /** One of some words, the first of which is the default. */
  public static Setting<String> choice(String name, String... words) {
    return new Setting<>(List.of(name), words[0], String.join(", ", words), false, text -> {
      if (!List.of(words).contains(text)) {
        throw new IllegalArgumentException("none of the words");
      }
      return text;
    });
  }

  /** A whole number within bounds. */
  public static Setting<Long> number(long defaultValue, long min, long max, String name) {
    return new Setting<>(List.of(name), Long.toString(defaultValue),
        "a whole number from " + min + " to " + max, false, text -> {
          long value = Long.parseLong(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException("out of bounds");
          }
          return value;
        });
  }

  /** The name under which it is documented. */
  public String name() {
    return names.get(0);
  }

  /** The value of a text, or a refusal that names the variable, the text and what is allowed. */
  T parse(String name, String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw refusal(name, text);
    }
  }

  /** A refusal that names the variable, the text (unless it is secret) and what is allowed. */
  public ConfigurationException refusal(String name, String text) {
    return new ConfigurationException(
        name + " is \"" + (isSecret ? "***" : text) + "\"; allowed is " + allowed);
  }
}
