package dev.nivel.faults.load;

import java.util.Random;

/**
 * The values that a client writes: each exists once, names its conversation and its writer, and is
 * JSON in the one form that survives parsing. Some are long enough to be compressed, and some of
 * these can't be.
 */
public final class Texts {
  private static final int SHORT_CHARS = 150;
  private static final int LONG_CHARS = 2_500;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

  private final int client;
  private final Random random;
  private long written;

  Texts(int client, Random random) {
    this.client = client;
    this.random = random;
  }

  /** The next value. */
  String next(String conversation) {
    return text(conversation, client + "-" + ++written, padding());
  }

  /** A value. */
  public static String text(String conversation, String writer, String padding) {
    return "{\"in\":\"" + conversation + "\",\"by\":\"" + writer + "\",\"pad\":\"" + padding
        + "\"}";
  }

  /** The conversation that a value names; empty if it names none. */
  public static String conversationOf(String text) {
    String before = "{\"in\":\"";
    int end = text.indexOf("\",\"by\":\"");
    return text.startsWith(before) && end > 0 ? text.substring(before.length(), end) : "";
  }

  private String padding() {
    return switch (random.nextInt(10)) {
      case 0 -> "well, ".repeat(LONG_CHARS / 6);
      case 1 -> noise(LONG_CHARS);
      default -> noise(SHORT_CHARS);
    };
  }

  private String noise(int chars) {
    StringBuilder noise = new StringBuilder(chars);
    for (int i = 0; i < chars; i++) {
      noise.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return noise.toString();
  }
}
