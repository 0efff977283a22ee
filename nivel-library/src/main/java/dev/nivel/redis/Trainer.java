package dev.nivel.redis;

import java.util.Arrays;
import java.util.List;

/**
 * Makes the content of a dictionary of samples: the segments whose parts occur in the most
 * conversations, the best one last, where DEFLATE refers to it with the fewest bits.
 *
 * <p>The algorithm is COVER of Liao, Petri, Moffat and Wirth, "Effective Construction of Relative
 * Lempel-Ziv Dictionaries" (WWW 2016), which Zstandard's trainer follows: the text is cut into
 * epochs; of each the segment is taken whose grams (here of eight bytes) have the highest sum of
 * counts, each gram once and only as long as it is not in the dictionary.
 *
 * <p>A gram counts for as many as the conversations that have it, and nothing gets into a
 * dictionary of which any eight bytes occur in fewer than {@link #SHARED_BY_MIN} conversations, or
 * in fewer than a twentieth of them, nor what looks like a part of a number or an address: what is
 * of few conversations stays out of it (I12). What many of them share may stay in it although they
 * are erased; and what is put together of frequent parts alone may be of one conversation.
 */
final class Trainer {
  /** How many conversations must have the same eight bytes at least. */
  static final int SHARED_BY_MIN = 8;
  /** One of so many must have them. */
  private static final int SHARED_BY_SHARE = 20;

  private static final int GRAM = Long.BYTES;
  private static final int SEGMENT_BYTES = 512;
  /** How often each epoch is visited, if it has enough to give. */
  private static final int ROUNDS = 4;

  private final int bytesMax;
  private final Grams grams;
  /** What conversations share, piece by piece. */
  private final byte[] text;
  /** By position in the text: the gram that begins there; -1 where none does. */
  private final int[] gramAt;
  private int textBytes;
  /** By gram: how often it is in the window. */
  private final int[] inWindow;

  private Trainer(List<List<byte[]>> conversations, int bytesMax) {
    this.bytesMax = bytesMax;
    int sampleBytes = conversations.stream().flatMap(List::stream).mapToInt(v -> v.length).sum();
    grams = new Grams(sampleBytes);
    for (int i = 0; i < conversations.size(); i++) {
      for (byte[] value : conversations.get(i)) {
        grams.count(value, i + 1);
      }
    }
    grams.dropBelow(Math.max(SHARED_BY_MIN, conversations.size() / SHARED_BY_SHARE));
    text = new byte[grams.sharedBytes(conversations)];
    gramAt = new int[text.length];
    inWindow = new int[grams.slots()];
    Arrays.fill(gramAt, -1);
    conversations.stream().flatMap(List::stream).forEach(this::addShared);
  }

  /**
   * Trains.
   *
   * @param conversations of each some values
   * @return up to so many bytes, none if the conversations have nothing in common
   */
  static byte[] train(List<List<byte[]>> conversations, int bytesMax) {
    return new Trainer(conversations, bytesMax).run();
  }

  private void addShared(byte[] value) {
    int at = 0;
    while (at + GRAM <= value.length) {
      int end = grams.sharedEnd(value, at);
      if (end > at) {
        System.arraycopy(value, at, text, textBytes, end - at);
        for (int i = at; i + GRAM <= end; i++) {
          gramAt[textBytes + i - at] = grams.find(value, i);
        }
        textBytes += end - at;
        at = end - GRAM + 1;
      }
      at++;
    }
  }

  private byte[] run() {
    byte[] content = new byte[bytesMax];
    int free = bytesMax;
    int epochs = Math.max(1, bytesMax / SEGMENT_BYTES / ROUNDS);
    int epochBytes = Math.max(SEGMENT_BYTES, textBytes / epochs);
    int barren = 0;
    for (int epoch = 0; free > 0 && barren < epochs; epoch = (epoch + 1) % epochs) {
      int from = epoch * epochBytes;
      Segment segment = best(from, Math.min(textBytes, from + epochBytes));
      int length = Math.min(segment.end - segment.from, free);
      barren = length == 0 ? barren + 1 : 0;
      free -= length;
      System.arraycopy(text, segment.from, content, free, length);
      take(segment);
    }
    return Arrays.copyOfRange(content, free, bytesMax);
  }

  private record Segment(int from, int end) {}

  /** The best segment of an epoch, without the grams at its ends that count for nothing. */
  private Segment best(int from, int end) {
    long score = 0;
    long bestScore = 0;
    int best = end;
    int begin = from;
    for (int last = from; last + GRAM <= end; last++) {
      score += enter(gramAt[last]);
      if (last + GRAM - begin > SEGMENT_BYTES) {
        score -= leave(gramAt[begin++]);
      }
      if (score > bestScore) {
        bestScore = score;
        best = begin;
      }
    }
    for (int i = begin; i + GRAM <= end; i++) {
      leave(gramAt[i]);
    }
    int bestEnd = Math.min(end, best + SEGMENT_BYTES);
    while (best + GRAM <= bestEnd && worth(best) == 0) {
      best++;
    }
    while (bestEnd - GRAM >= best && worth(bestEnd - GRAM) == 0) {
      bestEnd--;
    }
    return new Segment(best, bestEnd - best < GRAM ? best : bestEnd);
  }

  private int worth(int at) {
    return gramAt[at] < 0 ? 0 : grams.worth(gramAt[at]);
  }

  private int enter(int gram) {
    return gram >= 0 && inWindow[gram]++ == 0 ? grams.worth(gram) : 0;
  }

  private int leave(int gram) {
    return gram >= 0 && --inWindow[gram] == 0 ? grams.worth(gram) : 0;
  }

  private void take(Segment segment) {
    for (int i = segment.from; i + GRAM <= segment.end; i++) {
      if (gramAt[i] >= 0) {
        grams.take(gramAt[i]);
      }
    }
  }
}
