package dev.nivel.bench;

import dev.nivel.redis.BareCompression;
import dev.nivel.store.Dictionary;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.ToIntFunction;
import java.util.zip.Deflater;

/**
 * Single items as they are stored in Redis: how many bytes they take by the rule (zlib from 1 KiB
 * on) and with a dictionary, on the second half of some conversations after learning from the first
 * one; how long it takes; what values cost that nothing shortens.
 */
final class CompressionScenario {
  private static final int[] SIZES = {64, 128, 256, 512, 1_024, 2_048, 4_096, 16_384};
  private static final int[] DICTIONARY_KIBS = {2, 4, 8, 16, 32};
  private static final int[] LEVELS = {1, 3, 6};
  private static final int[] NOISE_BYTES = {200, 2_000, 50_000};
  private static final int KIND = 1;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Options options;
  private final Section section;
  private final PrintStream out;
  private final List<List<byte[]>> lessons;
  private final List<byte[]> items;
  private final byte[] buffer = new byte[1 << 20];

  private CompressionScenario(Options options, Section section, Calls calls) {
    this.options = options;
    this.section = section;
    out = section.out();
    lessons = calls.half(true);
    items = calls.half(false).stream().flatMap(List::stream).toList();
    out.printf(Locale.ROOT, "%n%,d items of %s, %,d bytes on average.%n", items.size(),
        calls.source(), bytes(item -> item.length) / items.size());
  }

  /** Measures. */
  static boolean run(Options options, Section section) {
    new CompressionScenario(options, section, Calls.toMeasureWith(options.seed())).run();
    return true;
  }

  private void run() {
    try (BareCompression rule = BareCompression.byRule();
        BareCompression learned = BareCompression.learned(lessons, Dictionary.BYTES_MAX)) {
      sizes(rule, learned);
      times(learned);
      noise(learned);
    }
    dictionaries();
  }

  private long bytes(ToIntFunction<byte[]> size) {
    return items.stream().mapToLong(size::applyAsInt).sum();
  }

  private void sizes(BareCompression rule, BareCompression learned) {
    out.printf("%nBytes raw to bytes stored, without envelopes.%n%n| bytes raw | items"
        + " | by the rule | with a dictionary |%n|---|---|---|---|%n");
    int from = 0;
    for (int to : SIZES) {
      int above = from;
      List<byte[]> some = items.stream()
          .filter(item -> item.length > above && item.length <= to)
          .toList();
      if (!some.isEmpty()) {
        row("to " + to, some, rule, learned);
      }
      from = to;
    }
    row("all", items, rule, learned);
    long byRule = bytes(item -> rule.encode(item, KIND).length);
    long withDictionary = bytes(item -> learned.encode(item, KIND).length);
    long envelopes = (long) items.size() * BareCompression.ENVELOPE_BYTES;
    section.add(Goal.ratioAtLeast(3, "bytes stored by the rule to those with a dictionary",
        Spread.of((double) byRule / withDictionary)));
    section.add(Goal.ratioAtLeast(3, "the same, envelopes of 27 bytes included",
        Spread.of((double) (byRule + envelopes) / (withDictionary + envelopes))));
  }

  private void row(String name, List<byte[]> some, BareCompression rule, BareCompression learned) {
    long raw = some.stream().mapToLong(item -> item.length).sum();
    long byRule = some.stream().mapToLong(item -> rule.encode(item, KIND).length).sum();
    long stored = some.stream().mapToLong(item -> learned.encode(item, KIND).length).sum();
    out.printf(Locale.ROOT, "| %s | %,d | %.2f | %.2f |%n", name, some.size(),
        (double) raw / byRule, (double) raw / stored);
  }

  /** What is done with an item; returns something that depends on it. */
  private interface Work {
    int run(byte[] item);
  }

  /**
   * Microseconds of this thread's processor time for an item, over as many runs through all of them
   * as a block has time for: others on the machine don't count.
   */
  private DoubleSupplier micros(List<byte[]> some, Work work) {
    return () -> {
      long start = THREADS.getCurrentThreadCpuTime();
      long end = start + options.millis() * 1_000_000 / 3;
      long done = 0;
      long sum = 0;
      while (THREADS.getCurrentThreadCpuTime() < end) {
        for (byte[] item : some) {
          sum += work.run(item);
        }
        done += some.size();
      }
      if (sum == 0) {
        throw new IllegalStateException("nothing was done");
      }
      return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / done;
    };
  }

  private int deflate(Deflater deflater, byte[] item) {
    deflater.setInput(item);
    deflater.finish();
    return deflater.deflate(buffer);
  }

  private int deflateAnew(byte[] item, byte[] dictionary) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      return deflate(deflater, item);
    } finally {
      deflater.end();
    }
  }

  private void times(BareCompression learned) {
    DoubleSupplier nivel = micros(items, item -> learned.encode(item, KIND).length);
    byte[] dictionary = learned.dictionary();
    Pairs without = Pairs.measure(options.rounds(),
        micros(items, item -> deflateAnew(item, new byte[0])), nivel);
    Pairs with = Pairs.measure(options.rounds(),
        micros(items, item -> deflateAnew(item, dictionary)), nivel);
    List<byte[]> encoded = items.stream().map(item -> learned.encode(item, KIND)).toList();
    int[] next = {0};
    double decoding = micros(items, item -> {
      byte[] bytes = encoded.get(next[0]++ % encoded.size());
      return bytes.length == item.length ? 1 : learned.decode(bytes, item.length).length;
    }).getAsDouble();
    out.printf(Locale.ROOT, "%nMicroseconds for an item: %.1f to encode with a dictionary, %.1f to"
        + " decode; %.1f by a new `Deflater` each time, %.1f by one with the same dictionary.%n",
        with.ofNivel().median(), decoding, without.ofPeer().median(), with.ofPeer().median());
    section.add(Goal.ratioAtLeast(3, "encoding to a new Deflater each time, without a dictionary",
        without.inverseRatios()));
    section.add(Goal.ratioAtLeast(3, "encoding to a new Deflater each time, with the dictionary",
        with.inverseRatios()));
  }

  /** Each value is the first one of its kind, so that nothing was learned about the kind before. */
  private void noise(BareCompression learned) {
    Random random = new Random(options.seed());
    int[] kind = {0};
    for (int length : NOISE_BYTES) {
      byte[][] values = new byte[200_000 / length][length];
      Arrays.stream(values).forEach(random::nextBytes);
      DoubleSupplier cost = micros(List.of(values),
          item -> learned.encode(item, kind[0]++).length);
      var _ = cost.getAsDouble();
      double[] micros = new double[options.rounds()];
      Arrays.setAll(micros, round -> cost.getAsDouble());
      section.add(new Goal(String.format(Locale.ROOT,
          "looking at %,d random bytes of a new kind", length), Goal.Kind.AT_MOST, 5, "µs",
          Spread.of(micros), ""));
    }
  }

  /** What led to the choice: the size of the dictionary, and the encoder. */
  private void dictionaries() {
    out.printf("%nWhat the size of the dictionary and the encoder do: ratio, microseconds for an"
        + " item. zlib is pooled and gets the dictionary for each item.%n%n| KiB | Nivel |"
        + " zlib level 1 | level 3 | level 6 |%n|---|---|---|---|---|%n");
    for (int kib : DICTIONARY_KIBS) {
      try (BareCompression learned = BareCompression.learned(lessons, kib << 10)) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %d |", kib));
        row.append(cell(item -> learned.encode(item, KIND).length));
        for (int level : LEVELS) {
          Deflater deflater = new Deflater(level, true);
          row.append(cell(item -> Math.min(item.length, 4 + deflateAgain(deflater, item,
              learned.dictionary()))));
          deflater.end();
        }
        out.println(row);
      }
    }
  }

  private int deflateAgain(Deflater deflater, byte[] item, byte[] dictionary) {
    deflater.reset();
    deflater.setDictionary(dictionary);
    return deflate(deflater, item);
  }

  private String cell(Work work) {
    DoubleSupplier micros = micros(items, work);
    var _ = micros.getAsDouble();
    return String.format(Locale.ROOT, " %.2f, %.1f |",
        (double) bytes(item -> item.length) / bytes(work::run), micros.getAsDouble());
  }
}
