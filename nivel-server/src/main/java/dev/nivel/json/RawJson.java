package dev.nivel.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks JSON texts and cuts them into their parts, each as it is written. Parsing is Jackson's.
 */
public final class RawJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private RawJson() {}

  /**
   * The text of UTF-8 bytes.
   *
   * @throws MalformedJsonException if they are not UTF-8
   */
  public static String text(byte[] bytes) {
    return validText(bytes)
        .orElseThrow(() -> new MalformedJsonException("it is not valid UTF-8"));
  }

  /** The text of UTF-8 bytes; empty if they are not UTF-8. */
  public static Optional<String> validText(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Whether a text is one JSON value. */
  public static boolean isValid(String text) {
    return mistake(text).isEmpty();
  }

  /**
   * Refuses a text that is not one JSON value.
   *
   * @throws MalformedJsonException which says where it stops being one
   */
  public static void check(String text) {
    mistake(text).ifPresent(where -> {
      throw new MalformedJsonException("it is not valid JSON: " + where);
    });
  }

  private static Optional<String> mistake(String text) {
    try (JsonParser parser = parser(text)) {
      if (parser.nextToken() == null) {
        return Optional.of("it is empty");
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null ? Optional.empty()
          : Optional.of("something follows the first value");
    } catch (StreamConstraintsException e) {
      return Optional.of("it nests over 500 deep, or holds a number of over 1,000 digits");
    } catch (JacksonException e) {
      return Optional.of(Optional.ofNullable(e.getLocation())
          .map(at -> "line " + at.getLineNr() + ", column " + at.getColumnNr())
          .orElse("it ends too soon"));
    }
  }

  private static JsonParser parser(String text) {
    return FACTORY.createParser(ObjectReadContext.empty(), text);
  }

  /**
   * The elements of a JSON array.
   *
   * @throws MalformedJsonException if the text is no JSON array
   */
  public static List<String> elements(String text) {
    check(text);
    List<String> elements = new ArrayList<>();
    try (JsonParser parser = parser(text)) {
      require(parser.nextToken() == JsonToken.START_ARRAY, "it is not an array");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(presentValue(parser, text));
      }
    }
    return elements;
  }

  /**
   * The members of a JSON object, by name; of a name that is there twice, the last.
   *
   * @throws MalformedJsonException if the text is no JSON object
   */
  public static Map<String, String> members(String text) {
    check(text);
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonParser parser = parser(text)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "it is not an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, presentValue(parser, text));
      }
    }
    return members;
  }

  /**
   * Refuses a text that is not one JSON object.
   *
   * @throws MalformedJsonException which says what is wrong
   */
  public static void checkObject(String text) {
    check(text);
    require(text.stripLeading().startsWith("{"), "it is not an object");
  }

  /**
   * The content of a JSON string.
   *
   * @throws MalformedJsonException if the text is no JSON string
   */
  public static String string(String text) {
    check(text);
    try (JsonParser parser = parser(text)) {
      require(parser.nextToken() == JsonToken.VALUE_STRING, "it is not a string");
      return parser.getString();
    }
  }

  private static void require(boolean isRight, String otherwise) {
    if (!isRight) {
      throw new MalformedJsonException(otherwise);
    }
  }

  /** The value that begins with the present token, as it is written. */
  private static String presentValue(JsonParser parser, String text) {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    return text.substring(start, (int) parser.currentLocation().getCharOffset());
  }
}
