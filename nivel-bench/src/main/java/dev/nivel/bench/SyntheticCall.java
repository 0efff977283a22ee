package dev.nivel.bench;

import dev.nivel.store.Value;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a conversation of the backlog says: the same for the same seed and index. Lengths are as in
 * phone calls: half of the turns have some 450 bytes, few have over 2,000.
 *
 * @param state an entry
 * @param turns two items
 */
record SyntheticCall(Value state, List<Value> turns) {
  private static final String PREFIX = "backlog-";
  private static final String[] WORDS = {"cita", "martes", "gracias", "necesito", "mañana",
      "appointment", "please", "the", "I", "would", "like", "to", "change", "número", "de",
      "teléfono", "account", "balance", "¿podría?", "confirm", "a", "las", "diez", "and", "thank",
      "you", "doctor", "clínica", "reschedule", "factura", "€", "\\\"sí\\\"", "0042"};
  private static final int STATE_CHARS = 600;
  private static final int TURN_CHARS = 380;
  private static final int CHARS_MAX = 12_000;
  private static final double DEVIATION = 0.7;

  static SyntheticCall of(long seed, int index) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + index);
    return new SyntheticCall(json("{\"step\":\"confirm\",\"summary\":\"", random, STATE_CHARS),
        List.of(json("{\"role\":\"user\",\"text\":\"", random, TURN_CHARS),
            json("{\"role\":\"assistant\",\"text\":\"", random, TURN_CHARS)));
  }

  /** Log-normal lengths, as those of turns are. */
  private static Value json(String head, SplittableRandom random, int medianChars) {
    double chars = Math.min(CHARS_MAX, medianChars * Math.exp(DEVIATION * random.nextGaussian()));
    StringBuilder text = new StringBuilder(head);
    while (text.length() < head.length() + chars) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    return Value.json(text.append("\"}").toString());
  }

  /** The id of the conversation of an index. */
  static String id(int index) {
    return PREFIX + index;
  }

  /** The index of the conversation of an id. */
  static int index(String id) {
    return Integer.parseInt(id.substring(PREFIX.length()));
  }

}
