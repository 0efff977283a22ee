package dev.nivel.supabase;

import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What was packed comes out as it was, and what was not is no answer. */
class PackedItemsTest {
  /** A frame of items with the stamps 1, 2 and so on. */
  private static byte[] frame(int... lengths) {
    ByteBuffer frame = ByteBuffer.allocate(12 * lengths.length);
    for (int i = 0; i < lengths.length; i++) {
      frame.putLong(i + 1).putInt(lengths[i]);
    }
    return frame.array();
  }

  private static List<Item> unpacked(byte[] frame, String contentTypes, String values) {
    List<Item> items = new ArrayList<>();
    new PackedItems(new Row(Map.of("frame", frame, "content_type", contentTypes, "value",
        values.getBytes(StandardCharsets.UTF_8)))).addTo(items);
    return items;
  }

  private static Item item(int stamp, String text, String contentType) {
    return new Item(new Stamp(stamp), Value.of(text.getBytes(StandardCharsets.UTF_8), contentType));
  }

  @Test
  void areTheItemsThatTheyWere() {
    assertThat(unpacked(frame(2, 0, 1, 3), "text/plain\ntext/plain\ntext\nb", "abcdef"))
        .containsExactly(item(1, "ab", "text/plain"), item(2, "", "text/plain"),
            item(3, "c", "text"), item(4, "def", "b"));
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 'a,b', abc", "2, 2, 'a,b', abcde", "2, -2, 'a,b', ''", "2, 2, a, abcd",
      "2, 2, 'a,b,c', abcd", "2, 2, 'a,', abcd", "2147483647, 2147483647, 'a,b', abcd"})
  void areNoAnswerIfTheyAreNotWhatTheirFrameSays(int first, int second, String contentTypes,
      String values) {
    assertThatThrownBy(() -> Functions.read(new Row(Map.of()),
        row -> unpacked(frame(first, second), contentTypes.replace(',', '\n'), values)))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void areNoAnswerIfTheFrameIsCutOff() {
    byte[] frame = ByteBuffer.allocate(13).putLong(1).putInt(1).array();
    assertThatThrownBy(() -> unpacked(frame, "a", "a")).isInstanceOf(UnavailableException.class);
  }
}
