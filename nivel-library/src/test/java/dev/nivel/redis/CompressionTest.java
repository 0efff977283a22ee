package dev.nivel.redis;

import dev.nivel.redis.Compression.Compressed;
import dev.nivel.store.CompressionCounts;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Dictionary;
import dev.nivel.store.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Compression against a dictionary; what zlib does, EnvelopeTest shows. */
class CompressionTest {
  private static final Dictionary DICTIONARY = new Dictionary("a",
      Trainer.train(Turns.calls(60, 1), Dictionary.BYTES_MAX));
  private static final byte[] TURN = Turns.calls(1, 9).get(0).get(0);

  private final Map<Integer, Dictionary> shelf = new HashMap<>();
  private final Presets presets = new Presets(shelf::get);
  private final Compression compression = new Compression(1_024, presets);

  private void use(Dictionary dictionary) {
    presets.use(presets.keep(dictionary), presets.suspensions());
  }

  private Compressed compress(byte[] raw) {
    return Objects.requireNonNull(compression.compress(raw, 1));
  }

  private static byte[] decompress(Compressed compressed, IntFunction<@Nullable Dictionary> source,
      int rawBytes) {
    return new Compression(1_024, new Presets(source))
        .decompressWithDictionary(compressed.payload(), 0, rawBytes);
  }

  @Test
  void makesSmallValuesSmaller() {
    assertThat(compression.compress(TURN, 1)).isNull();
    use(DICTIONARY);
    Compressed compressed = compress(TURN);
    assertThat(compressed.hasDictionary()).isTrue();
    assertThat(compressed.payload()).hasSizeLessThan(TURN.length / 4);
    assertThat(decompress(compressed, id -> DICTIONARY, TURN.length)).isEqualTo(TURN);
    CompressionCounts counts = compression.counts(CompressionCounts.Learning.NONE);
    assertThat(counts.withDictionary()).isEqualTo(1);
    assertThat(counts.compressed()).isEqualTo(1);
    assertThat(counts.skipped()).isEqualTo(1);
    assertThat(counts.rawBytes()).isEqualTo(2L * TURN.length);
    assertThat(counts.storedBytes()).isEqualTo(TURN.length + compressed.payload().length);
  }

  @Test
  void leavesLongValuesToZlib() {
    use(DICTIONARY);
    String longText = new String(TURN, StandardCharsets.UTF_8).repeat(100);
    assertThat(compress(longText.getBytes(StandardCharsets.UTF_8)).hasDictionary()).isFalse();
  }

  /** Digits at random: zlib's own codes are better for them than the fixed ones. */
  @Test
  void takesZlibWhereItIsShorter() {
    use(DICTIONARY);
    StringBuilder digits = new StringBuilder();
    Random random = new Random(1);
    while (digits.length() < 4_000) {
      digits.append(random.nextInt(10));
    }
    byte[] raw = digits.toString().getBytes(StandardCharsets.US_ASCII);
    Compressed compressed = compress(raw);
    assertThat(compressed.hasDictionary()).isFalse();
    assertThat(compressed.payload()).hasSizeLessThan(raw.length * 11 / 20);
  }

  @Test
  void usesNoneWhileItIsSuspended() {
    use(DICTIONARY);
    presets.suspend();
    assertThat(compression.compress(TURN, 1)).isNull();
    long seen = presets.suspensions();
    presets.suspend();
    presets.use(presets.keep(DICTIONARY), seen); // it was put away before the last suspension
    assertThat(compression.compress(TURN, 1)).isNull();
    use(DICTIONARY);
    assertThat(compress(TURN).hasDictionary()).isTrue();
  }

  @Test
  void readsSeveralGenerations() {
    use(DICTIONARY);
    Compressed first = compress(TURN);
    Dictionary next = new Dictionary("a", Trainer.train(Turns.calls(60, 5), 4_000));
    use(next);
    Compressed second = compress(TURN);
    assertThat(second.payload()).isNotEqualTo(first.payload());
    shelf.put(DICTIONARY.id(), DICTIONARY);
    shelf.put(next.id(), next);
    for (Compressed each : new Compressed[]{first, second, first}) {
      assertThat(decompress(each, shelf::get, TURN.length)).isEqualTo(TURN);
    }
  }

  @Test
  void isCorruptIfTheDictionaryIsNowhereAndUnavailableIfThatIsNotKnown() {
    use(DICTIONARY);
    Compressed compressed = compress(TURN);
    assertThatThrownBy(() -> decompress(compressed, id -> null, TURN.length))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining(DICTIONARY.name());
    assertThatThrownBy(() -> decompress(compressed, id -> {
      throw new UnavailableException("out");
    }, TURN.length)).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> compression.decompressWithDictionary(new byte[]{1, 2, 3}, 0, 9))
        .isInstanceOf(CorruptException.class);
  }

  /** Tenants whose values are encrypted never share one: the same content has another name. */
  @Test
  void knowsScopesApart() {
    assertThat(new Dictionary("b", DICTIONARY.content()).id()).isNotEqualTo(DICTIONARY.id());
    assertThat(new Dictionary("b", DICTIONARY.content())).isNotEqualTo(DICTIONARY);
  }

  /** I8. */
  @Test
  void keepsNoMoreThanSoManyInMemoryAndTheOneInUseAlways() {
    use(DICTIONARY);
    for (int i = 0; i < 100; i++) {
      presets.keep(new Dictionary("a", new byte[]{(byte) i, 1, 2, 3, 4, 5, 6, 7, 8}));
    }
    assertThat(presets.count()).isLessThanOrEqualTo(16);
    assertThat(presets.find(DICTIONARY.id()).dictionary()).isEqualTo(DICTIONARY); // no shelf has it
  }

  @Test
  void takesNoiseForNoiseAndNothingElse() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[256 + random.nextInt(4_000)];
      random.nextBytes(noise);
      assertThat(Noise.isLike(noise)).isTrue();
    }
    assertThat(Turns.calls(50, 1)).allSatisfy(
        turns -> assertThat(turns).noneMatch(Noise::isLike));
    byte[] letters = new byte[3_000]; // as in Base64: a quarter can be saved
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) (' ' + random.nextInt(64));
    }
    assertThat(Noise.isLike(letters)).isFalse();
  }
}
