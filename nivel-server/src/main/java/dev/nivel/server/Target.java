package dev.nivel.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request asks for: the segments of its path and its query, each decoded once and strictly.
 * A decoded slash or dot is data; nothing is normalised.
 *
 * @param segments of the path; none for {@code /}
 * @param query by name
 */
record Target(List<String> segments, Map<String, String> query) {
  private static final int HEX = 16;

  /**
   * Reads a request's target.
   *
   * @param path raw, beginning with a slash
   * @param query raw, without the question mark; empty = none
   */
  static Target parse(String path, String query) {
    if (!path.startsWith("/")) {
      throw Problem.malformed("the path does not begin with a slash");
    }
    List<String> segments = new ArrayList<>();
    int from = 1;
    for (int slash = path.indexOf('/', from); slash >= 0; slash = path.indexOf('/', from)) {
      segments.add(decode(path.substring(from, slash), false));
      from = slash + 1;
    }
    if (path.length() > 1) {
      segments.add(decode(path.substring(from), false));
    }
    return new Target(segments, parseQuery(query));
  }

  private static Map<String, String> parseQuery(String query) {
    if (query.isEmpty()) {
      return Map.of();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = decode(equals < 0 ? parameter : parameter.substring(0, equals), true);
      String value = equals < 0 ? "" : decode(parameter.substring(equals + 1), true);
      if (parameters.put(name, value) != null) {
        throw Problem.malformed("the query parameter \"" + name + "\" is there twice");
      }
    }
    return parameters;
  }

  private static String decode(String raw, boolean isQuery) {
    if (isPlain(raw)) {
      return raw;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(byteAt(raw, i));
        i += 2;
      } else if (c == '+' && isQuery) {
        bytes.write(' ');
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        throw Problem.malformed("the path holds characters that are not percent-encoded");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Problem.malformed("a percent-encoded part of the path is not valid UTF-8");
    }
  }

  private static int byteAt(String raw, int percent) {
    if (percent + 2 < raw.length()) {
      int high = Character.digit(raw.charAt(percent + 1), HEX);
      int low = Character.digit(raw.charAt(percent + 2), HEX);
      if (high >= 0 && low >= 0) {
        return high * HEX + low;
      }
    }
    throw Problem.malformed("a percent sign is not followed by two hexadecimal digits");
  }

  private static boolean isPlain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%' || c == '+' || c >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
