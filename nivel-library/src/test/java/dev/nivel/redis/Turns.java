package dev.nivel.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Turns of made-up calls, for tests: JSON that has much in common, and something of its own. */
final class Turns {
  private static final List<String> TEXTS = List.of(
      "I would like to order a large %s with oat milk, please, and a receipt by mail.",
      "Certainly, one large %s with oat milk. Would you like anything else with that today?",
      "Could you please tell me when my order of the %s will be ready to be collected?",
      "The order %s has been sent to the coffee bar and will be ready in about ten minutes.");
  private static final List<String> DRINKS = List.of("latte", "mocha", "cappuccino", "espresso");

  private Turns() {}

  /** Calls, each a list of turns; the same for the same seed. */
  static List<List<byte[]>> calls(int count, long seed) {
    Random random = new Random(seed);
    List<List<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<byte[]> turns = new ArrayList<>();
      for (int turn = 0; turn < 8; turn++) {
        turns.add(turn(random, turn).getBytes(StandardCharsets.UTF_8));
      }
      calls.add(turns);
    }
    return calls;
  }

  private static String turn(Random random, int turn) {
    String drink = DRINKS.get(random.nextInt(DRINKS.size()));
    String text = TEXTS.get(random.nextInt(TEXTS.size())).formatted(drink);
    return "{\"role\": \"" + (turn % 2 == 0 ? "user" : "assistant") + "\", \"text\": \"" + text
        + "\", \"annotations\": [{\"name\": \"order_item_id\", \"value\": \""
        + random.nextInt(1 << 20)
        + "\"}], \"confidence\": 0." + random.nextInt(100) + "}";
  }
}
