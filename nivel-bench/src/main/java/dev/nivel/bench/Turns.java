package dev.nivel.bench;

import dev.nivel.store.Value;
import java.util.SplittableRandom;

/** What is said in calls, of a length that is asked for. Stateless. */
final class Turns {
  private static final String[] WORDS = {"cita", "martes", "gracias", "necesito", "mañana",
      "appointment", "please", "the", "would", "like", "to", "change", "número", "de", "account",
      "balance", "confirm", "las", "diez", "and", "thank", "you", "doctor", "factura", "0042"};

  private Turns() {}

  /** JSON of so many bytes. */
  static Value value(SplittableRandom random, int bytes) {
    StringBuilder json = new StringBuilder("{\"role\":\"user\",\"text\":\"");
    int length = json.length();
    while (length < bytes - 2) {
      String word = WORDS[random.nextInt(WORDS.length)] + " ";
      json.append(word);
      length += Value.json(word).length();
    }
    return Value.json(json.append("\"}").toString());
  }
}
