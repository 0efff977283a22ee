package dev.nivel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Positional arguments. */
final class Arguments {
  private Arguments() {}

  /** An argument that must be there. */
  static PositionalParamSpec one(int index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(Integer.toString(index))
        .paramLabel(label)
        .type(String.class)
        .required(true)
        .description(description)
        .build();
  }

  /** An argument that may be missing. */
  static PositionalParamSpec optional(int index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(Integer.toString(index))
        .arity("0..1")
        .paramLabel(label)
        .type(String.class)
        .required(false)
        .description(description)
        .build();
  }

  /** The rest of the arguments, one at least. */
  static PositionalParamSpec many(int index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index + "..*")
        .arity("1..*")
        .paramLabel(label)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .required(true)
        .description(description)
        .build();
  }

  static String at(ParseResult arguments, int index) {
    return arguments.matchedPositionalValue(index, "");
  }

  static boolean has(ParseResult arguments, int index) {
    return arguments.hasMatchedPositional(index);
  }

  /**
   * What an argument means: itself, or with {@code -} what is piped in, with {@code @FILE} the
   * file.
   */
  static byte[] bytes(String argument, InputStream in) {
    try {
      if (argument.equals("-")) {
        return in.readAllBytes();
      }
      if (argument.startsWith("@")) {
        return Files.readAllBytes(Path.of(argument.substring(1)));
      }
      return argument.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandFailure("\"" + argument + "\" can't be read: " + e.getMessage());
    }
  }
}
