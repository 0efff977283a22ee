package dev.nivel.redis;

import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * The scripts, each with prelude.lua before it, and with upkeep.lua but for the one that writes.
 * Those that must be fast begin with their frequent case: put.lua of a write, fresh.lua of a fill,
 * agreed.lua of a settlement.
 */
enum Script {
  WRITE, FILL, SETTLE, HEAL, ERASE, DROP, RELEASE;

  private final String text;
  private final String digest;

  Script() {
    String name = name().toLowerCase(Locale.ROOT);
    String before = switch (name) {
      case "write" -> resource("put.lua") + resource("prelude.lua");
      case "fill" -> resource("fresh.lua") + resource("prelude.lua") + resource("upkeep.lua");
      case "settle" -> resource("agreed.lua") + resource("prelude.lua") + resource("upkeep.lua");
      default -> resource("prelude.lua") + resource("upkeep.lua");
    };
    text = before + resource(name + ".lua");
    digest = Base16.digest(text.getBytes(StandardCharsets.UTF_8));
  }

  String text() {
    return text;
  }

  /** SHA-1 in hexadecimal digits, by which Redis knows it. */
  String digest() {
    return digest;
  }

  /** A file of this package. */
  static String resource(String name) {
    try (InputStream file = Script.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
