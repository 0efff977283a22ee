package dev.nivel.redis;

import dev.nivel.store.CompressionCounts;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EnvelopeTest {
  private static final String ID = "call-1";
  private static final Value LONG_TEXT = Value.json("\"" + "hola ".repeat(1_000) + "\"");
  private final Random random = new Random(1);
  private final Compression compression = new Compression(1_024, new Presets(id -> null));
  private final Envelope envelope = new Envelope(compression, 1 << 20);

  private Field again(Field field) {
    return envelope.decode(ID, field.key(), envelope.encode(ID, field));
  }

  @Test
  void returnsWhatItWasGiven() {
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(5_000)];
      random.nextBytes(bytes);
      String type = List.of(Value.JSON, "text/plain", "x".repeat(255)).get(i % 3);
      String name = "né " + Long.toHexString(random.nextLong());
      Stamp stamp = new Stamp(random.nextLong() >>> 11);
      long expiry = random.nextBoolean() ? 0 : random.nextLong() >>> 20;
      Entry entry = new Entry(name, stamp, Value.of(bytes, type), expiry);
      assertThat(again(entry)).isEqualTo(entry);
      Item item = new Item(stamp, Value.of(bytes, type));
      assertThat(again(item)).isEqualTo(item);
    }
  }

  @Test
  void keepsTombstones() {
    Entry tombstone = Entry.tombstone("x", new Stamp(77));
    assertThat(again(tombstone)).isEqualTo(tombstone);
  }

  @Test
  void isSmallerForWhatCompressesWell() {
    Entry entry = Entry.of("x", new Stamp(1), LONG_TEXT);
    assertThat(envelope.encode(ID, entry)).hasSizeLessThan(200);
    assertThat(again(entry)).isEqualTo(entry);
  }

  /** HTTP passes them on as they are stored. */
  @Test
  void leavesAnEntryItsDeflatedBytesWrittenOrRead() throws DataFormatException {
    Entry entry = Entry.of("x", new Stamp(1), Value.json(LONG_TEXT.text()));
    Field read = again(entry);
    byte[] written = entry.value().deflated().orElseThrow();
    assertThat(inflated(written)).isEqualTo(LONG_TEXT.text());
    assertThat(((Entry) read).value().deflated()).hasValue(written);
  }

  private static String inflated(byte[] zlib) throws DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(zlib);
      byte[] raw = new byte[1 << 16];
      return new String(raw, 0, inflater.inflate(raw), StandardCharsets.UTF_8);
    } finally {
      inflater.end();
    }
  }

  @Test
  void leavesNoDeflatedBytesToItemsNorToWhatIsStoredAsItIs() {
    Item item = new Item(new Stamp(1), Value.json(LONG_TEXT.text()));
    Item readItem = (Item) again(item);
    assertThat(List.of(item.value(), readItem.value()))
        .allMatch(value -> value.deflated().isEmpty());
    byte[] noise = new byte[5_000];
    random.nextBytes(noise);
    for (Value value : List.of(Value.json("\"" + "a".repeat(900) + "\""),
        Value.of(noise, "application/octet-stream"))) {
      Entry entry = Entry.of("x", new Stamp(1), value);
      Entry read = (Entry) again(entry);
      assertThat(entry.value().deflated()).isEmpty();
      assertThat(read.value().deflated()).isEmpty();
    }
  }

  /** I6, I7: a changed byte anywhere is noticed. */
  @Test
  void noticesEveryChangedByte() {
    Entry entry = Entry.of("x", new Stamp(1), LONG_TEXT);
    byte[] bytes = envelope.encode(ID, entry);
    for (int where = 0; where < bytes.length; where++) {
      byte[] changed = bytes.clone();
      changed[where] ^= (byte) (1 + random.nextInt(255));
      assertThatThrownBy(() -> envelope.decode(ID, entry.key(), changed))
          .isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void isRefusedForAnotherConversationOrKeyAndCutShort() { // I6
    Entry entry = Entry.of("x", new Stamp(1), Value.json("1"));
    byte[] bytes = envelope.encode(ID, entry);
    assertThatThrownBy(() -> envelope.decode("call-2", "e:x", bytes))
        .isInstanceOf(CorruptException.class);
    assertThatThrownBy(() -> envelope.decode(ID, "e:y", bytes))
        .isInstanceOf(CorruptException.class);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> envelope.decode(ID, "e:x", cut))
          .isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void isNotInflatedBeyondWhatAValueMayHave() { // I8
    Entry bomb = Entry.of("x", new Stamp(1),
        Value.of(new byte[2 << 20], "application/octet-stream"));
    byte[] bytes = new Envelope(compression, 4 << 20).encode(ID, bomb);
    assertThat(bytes).hasSizeLessThan(10_000);
    assertThatThrownBy(() -> envelope.decode(ID, "e:x", bytes))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void givesUpCompressingAKindThatDoesNotCompressForAWhile() {
    for (int i = 0; i < 100; i++) {
      byte[] noise = random.ints(2_000, 0, 160) // nothing that is taken for noise at a look
          .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::write, (a, b) -> {})
          .toByteArray();
      envelope.encode(ID, Entry.of("audio", new Stamp(i), Value.of(noise, "audio/opus")));
    }
    assertThat(compression.counts(CompressionCounts.Learning.NONE).compressed()).isZero();
    assertThat(compression.counts(CompressionCounts.Learning.NONE).skipped()).isEqualTo(100);
    Entry compressible = Entry.of("audio", new Stamp(1), Value.of(LONG_TEXT.bytes(), "audio/opus"));
    assertThat(envelope.encode(ID, compressible)).hasSizeGreaterThan(5_000);
    for (int i = 0; i < 64; i++) {
      envelope.encode(ID, compressible);
    }
    assertThat(envelope.encode(ID, compressible)).hasSizeLessThan(200);
  }

  @Test
  void leavesSmallValuesAsTheyAre() {
    byte[] bytes = envelope.encode(ID, Entry.of("x", new Stamp(1), Value.json("{\"a\":1}")));
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).endsWith("{\"a\":1}");
    assertThat(compression.counts(CompressionCounts.Learning.NONE).skipped()).isEqualTo(1);
    assertThat(compression.counts(CompressionCounts.Learning.NONE).ratio()).isEqualTo(1.0);
  }
}
