package dev.nivel.supabase;

import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Several items in one row: a frame of the stamp and the length of each, their content types, a
 * line each, and their values one after another. For one thread.
 */
final class PackedItems {
  private static final int FRAME_BYTES = Long.BYTES + Integer.BYTES;

  private final ByteBuffer frame;
  private final String contentTypes;
  private final byte[] values;
  private int valueStart;
  private int typeStart;
  private String contentType = "";

  /** What the row holds; it is looked at by {@link #addTo}. */
  PackedItems(Row row) {
    frame = ByteBuffer.wrap(row.bytes("frame"));
    contentTypes = row.text("content_type");
    values = row.bytes("value");
  }

  /**
   * Adds all of them, in the order of the row.
   *
   * @throws UnavailableException if the three do not fit together
   */
  void addTo(List<Item> items) {
    require(frame.remaining() % FRAME_BYTES == 0);
    while (frame.hasRemaining()) {
      Stamp stamp = new Stamp(frame.getLong());
      items.add(new Item(stamp, Value.of(nextValue(frame.getInt()), nextContentType())));
    }
    require(valueStart == values.length && typeStart == contentTypes.length() + 1);
  }

  private byte[] nextValue(int length) {
    require(length >= 0 && length <= values.length - valueStart);
    byte[] value = Arrays.copyOfRange(values, valueStart, valueStart + length);
    valueStart += length;
    return value;
  }

  /** Mostly the same as the last one, which need not be made again. */
  private String nextContentType() {
    require(typeStart <= contentTypes.length());
    int newline = contentTypes.indexOf('\n', typeStart);
    int end = newline < 0 ? contentTypes.length() : newline;
    if (end - typeStart != contentType.length()
        || !contentTypes.startsWith(contentType, typeStart)) {
      contentType = contentTypes.substring(typeStart, end);
    }
    typeStart = end + 1;
    return contentType;
  }

  private static void require(boolean fits) {
    if (!fits) {
      throw Functions.malformed("items that are not what their frame says", null);
    }
  }
}
