package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import dev.nivel.store.Dictionary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a {@link Preset} makes, an inflater of the JDK reads. */
class PresetTest {
  private static final int FREE = 4;
  private final Random random = new Random(1);
  private final Inflation inflation = new Inflation(true);

  @AfterEach
  void close() {
    inflation.close();
  }

  private static Preset preset(byte[] content) {
    return new Preset(new Dictionary("", content));
  }

  private void assertComesBack(Preset preset, byte[] raw) {
    byte[] result = Objects.requireNonNull(preset.deflate(raw, FREE, raw.length * 2 + 16));
    assertThat(inflation.inflate(result, FREE, raw.length, preset.dictionary().content()))
        .isEqualTo(raw);
  }

  /** Bytes of which some are copied from before, or from the dictionary. */
  private byte[] bytes(int length, byte[] dictionary) {
    byte[] bytes = new byte[length];
    int letters = 1 + random.nextInt(256);
    int at = 0;
    while (at < length) {
      int count = Math.min(length - at, 1 + random.nextInt(300));
      int kind = random.nextInt(3);
      if (kind == 0 || (at == 0 && kind == 1)) {
        for (int i = 0; i < count; i++) {
          bytes[at + i] = (byte) random.nextInt(letters);
        }
      } else {
        byte[] source = kind == 1 ? bytes : dictionary;
        int from = random.nextInt(kind == 1 ? at : dictionary.length);
        count = Math.min(count, (kind == 1 ? at : dictionary.length) - from);
        System.arraycopy(source, from, bytes, at, count);
      }
      at += count;
    }
    return bytes;
  }

  @Test
  void comesBackWhateverItIs() {
    for (int round = 0; round < 60; round++) {
      int length = round % 3 == 0 ? Dictionary.BYTES_MAX : 1 + random.nextInt(3_000);
      byte[] dictionary = bytes(length, new byte[1]);
      Preset preset = preset(dictionary);
      for (int i = 0; i < 30; i++) {
        int bound = i == 0 ? Preset.VALUE_BYTES_MAX + 1 : 1 + random.nextInt(2_000);
        assertComesBack(preset, bytes(random.nextInt(bound), dictionary));
      }
      assertComesBack(preset, bytes(Preset.VALUE_BYTES_MAX, dictionary));
    }
  }

  @Test
  void refersAsFarAsTheFirstByteOfTheDictionaryAndNoFurther() {
    byte[] dictionary = new byte[Dictionary.BYTES_MAX];
    random.nextBytes(dictionary);
    byte[] start = Arrays.copyOf(dictionary, 200);
    Preset preset = preset(dictionary);
    assertThat(Objects.requireNonNull(preset.deflate(start, 0, 200))).hasSizeLessThan(8);
    assertComesBack(preset, start);
    byte[] later = new byte[201];
    System.arraycopy(start, 0, later, 1, 200);
    assertComesBack(preset, later);
  }

  @Test
  void refersToEveryLengthAndManyDistances() {
    byte[] dictionary = new byte[Dictionary.BYTES_MAX];
    random.nextBytes(dictionary);
    Preset preset = preset(dictionary);
    for (int length = 3; length < 300; length++) {
      int from = random.nextInt(dictionary.length - length);
      assertComesBack(preset, Arrays.copyOfRange(dictionary, from, from + length));
    }
    for (int distance = 1; distance <= Dictionary.BYTES_MAX; distance += 37) {
      int from = dictionary.length - distance;
      assertComesBack(preset,
          Arrays.copyOfRange(dictionary, from, from + Math.min(distance, 12)));
    }
  }

  @Test
  void saysSoIfTheResultWouldBeTooLong() {
    byte[] noise = new byte[1_000];
    random.nextBytes(noise);
    Preset preset = preset("nothing in common".getBytes(StandardCharsets.US_ASCII));
    assertThat(preset.deflate(noise, FREE, 900)).isNull();
    byte[] fits = Objects.requireNonNull(preset.deflate(new byte[500], FREE, 500));
    assertThat(preset.deflate(new byte[500], FREE, fits.length)).isEqualTo(fits);
    assertThat(preset.deflate(new byte[500], FREE, fits.length - 1)).isNull();
  }

  @Test
  void isFarShorterWithWhatItsDictionaryHas() {
    List<List<byte[]>> calls = Turns.calls(60, 1);
    Preset preset = preset(Trainer.train(calls, Dictionary.BYTES_MAX));
    int raw = 0;
    int stored = 0;
    for (List<byte[]> turns : Turns.calls(20, 2)) {
      for (byte[] turn : turns) {
        raw += turn.length;
        stored += Objects.requireNonNull(preset.deflate(turn, FREE, turn.length)).length;
      }
    }
    assertThat((double) raw / stored).isGreaterThan(6);
  }

  @Test
  void needsTheRightDictionary() {
    byte[] raw = "{\"role\":\"assistant\",\"text\":\"one large latte\"}".getBytes(
        StandardCharsets.US_ASCII);
    byte[] result = Objects.requireNonNull(preset(raw).deflate(raw, 0, raw.length));
    assertThatThrownBy(() -> inflation.inflate(result, 0, raw.length, new byte[]{1, 2, 3}))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void servesManyThreads() {
    byte[] dictionary = bytes(8_000, new byte[1]);
    Preset preset = preset(dictionary);
    List<byte[]> values = IntStream.range(0, 64).mapToObj(i -> bytes(500 + i, dictionary)).toList();
    List<CompletableFuture<Void>> runs = IntStream.range(0, 8)
        .mapToObj(thread -> CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 500; i++) {
            assertComesBack(preset, values.get((i + thread) % values.size()));
          }
        }))
        .toList();
    runs.forEach(CompletableFuture::join);
  }
}
