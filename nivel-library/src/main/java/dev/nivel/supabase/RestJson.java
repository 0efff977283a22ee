package dev.nivel.supabase;

import dev.nivel.store.UnavailableException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Calls and rows as PostgREST has them: JSON, in which bytes are {@code \x} and hexadecimal. */
final class RestJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final HexFormat HEX = HexFormat.of();

  private RestJson() {}

  /** The arguments of a call: an object. */
  static byte[] arguments(Call call) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      call.arguments().forEach((name, argument) -> {
        json.writeName(name);
        write(json, argument.value());
      });
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof byte[] bytes) {
      json.writeString("\\x" + HEX.formatHex(bytes));
    } else {
      json.writeStartArray();
      ((List<?>) value).forEach(element -> write(json, element));
      json.writeEndArray();
    }
  }

  /**
   * The rows in an answer: an array of objects.
   *
   * @throws UnavailableException if it is anything else
   */
  static List<Row> rows(byte[] answer) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw Functions.malformed("it is no array", null);
      }
      List<Row> rows = new ArrayList<>();
      for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json
          .nextToken()) {
        if (token != JsonToken.START_OBJECT) {
          throw Functions.malformed("its rows are no objects", null);
        }
        rows.add(new Row(object(json)));
      }
      if (json.nextToken() != null) {
        throw Functions.malformed("it goes on after its end", null);
      }
      return rows;
    } catch (JacksonException e) {
      throw Functions.malformed("it is no JSON", e);
    }
  }

  private static @Nullable Object read(JsonParser json, @Nullable JsonToken token) {
    if (token == null) {
      throw Functions.malformed("it ends too early", null);
    }
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> list(json);
      case START_OBJECT -> object(json);
      default -> throw Functions.malformed("it holds " + token, null);
    };
  }

  private static List<@Nullable Object> list(JsonParser json) {
    List<@Nullable Object> elements = new ArrayList<>();
    for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json
        .nextToken()) {
      elements.add(read(json, token));
    }
    return elements;
  }

  private static Map<String, @Nullable Object> object(JsonParser json) {
    Map<String, @Nullable Object> properties = new HashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      properties.put(name, read(json, json.nextToken()));
    }
    return properties;
  }

  /**
   * The code of an error, an SQLSTATE or PGRST and three digits; "" if the answer has none. Nothing
   * else of it is of use, for it may quote rows.
   */
  static String errorCode(byte[] answer) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer)) {
      @Nullable Object value = read(json, json.nextToken());
      Object code = value instanceof Map<?, ?> error ? error.get("code") : null;
      return code instanceof String text ? text : "";
    } catch (JacksonException | UnavailableException e) {
      return ""; // not of PostgREST, but of something before it
    }
  }
}
