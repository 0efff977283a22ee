package dev.nivel.redis;

import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * The scripts, each with prelude.lua before it, and with upkeep.lua; the one that must be fast has
 * put.lua before both instead.
 */
enum Script {
  WRITE, FILL, SETTLE, HEAL, ERASE, DROP, RELEASE;

  private final String text;
  private final String digest;

  Script() {
    String name = name().toLowerCase(Locale.ROOT);
    String before = name.equals("write") ? resource("put.lua") + resource("prelude.lua")
        : resource("prelude.lua") + resource("upkeep.lua");
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
