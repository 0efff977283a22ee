package dev.nivel.server;

import dev.nivel.json.MalformedJsonException;
import dev.nivel.json.RawJson;
import dev.nivel.store.Value;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bodies of requests and answers as JSON. What is stored stays as it was written, byte for byte.
 */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /** Writes one JSON text. */
  interface Writing {
    /** Writes it. */
    void to(JsonGenerator generator);
  }

  /** The bytes of what is written. */
  static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      writing.to(generator);
    }
    return bytes.toByteArray();
  }

  /** Maps, lists, strings, numbers and booleans as JSON. */
  static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** Reads a body, or throws a problem that says what is wrong with it. */
  static <T> T ofBody(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (MalformedJsonException e) {
      throw Problem.malformed("the body can't be taken: " + e.getMessage());
    }
  }

  /** The tree of a body; a problem if it is not JSON. */
  static JsonNode tree(byte[] body) {
    return ofBody(() -> {
      String text = RawJson.text(body);
      RawJson.check(text);
      return MAPPER.readTree(text);
    });
  }

  /** Whether a content type is that of JSON. */
  static boolean isJson(String contentType) {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals(Value.JSON) || type.endsWith("+json");
  }

  private static boolean isText(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("text/");
  }

  /**
   * Writes a value as a member: JSON as it is, text as a string, and anything else, or what is not
   * what it claims to be, as {@code base64}.
   */
  static void writeValue(JsonGenerator generator, Value value) {
    Optional<String> text = RawJson.validText(value.bytes());
    if (text.isPresent() && isJson(value.contentType()) && RawJson.isValid(text.get())) {
      generator.writeName("value");
      generator.writeRawValue(text.get());
    } else if (text.isPresent() && isText(value.contentType())) {
      generator.writeStringProperty("value", text.get());
    } else {
      generator.writeStringProperty("base64",
          Base64.getEncoder().encodeToString(value.bytes()));
    }
  }
}
