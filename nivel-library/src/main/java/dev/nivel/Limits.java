package dev.nivel;

import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What ids, names and values may be. They are data: nothing in them means anything to a store. */
final class Limits {
  static final int NAME_BYTES_MAX = 256;
  /** Of a char in UTF-8; a pair of surrogates takes four. */
  private static final int CHAR_BYTES_MAX = 3;
  static final int ITEMS_MAX = 1_000;
  static final int COUNT_MAX = 10_000;

  private final int valueBytesMax;

  Limits(int valueBytesMax) {
    this.valueBytesMax = valueBytesMax;
  }

  /** An id of a conversation. */
  String id(String id) {
    return checked("a conversation's id", id);
  }

  /** A name of an entry. */
  String name(String name) {
    return checked("an entry's name", name);
  }

  private static String checked(String what, String text) {
    int bytes = text.length() <= NAME_BYTES_MAX / CHAR_BYTES_MAX ? text.length()
        : text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > NAME_BYTES_MAX) {
      throw new RejectedException(Reason.MALFORMED,
          what + " has 1 to " + NAME_BYTES_MAX + " bytes of UTF-8, not " + bytes);
    }
    if (text.equals(".") || text.equals("..")) {
      throw new RejectedException(Reason.MALFORMED, what + " is not \".\" or \"..\"");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        throw new RejectedException(Reason.MALFORMED, what + " holds no control characters");
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c) || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new RejectedException(Reason.MALFORMED, what + " is not valid Unicode");
        }
        i++;
      }
    }
    return text;
  }

  Value value(Value value) {
    if (value.length() > valueBytesMax) {
      throw new RejectedException(Reason.TOO_LARGE,
          "a value has up to " + valueBytesMax + " bytes, not " + value.length());
    }
    return value;
  }

  List<Value> items(List<Value> items) {
    if (items.isEmpty() || items.size() > ITEMS_MAX) {
      throw new RejectedException(items.isEmpty() ? Reason.MALFORMED : Reason.TOO_LARGE,
          "1 to " + ITEMS_MAX + " items are appended at a time, not " + items.size());
    }
    items.forEach(this::value);
    return List.copyOf(items);
  }

  int count(int count) {
    if (count < 1 || count > COUNT_MAX) {
      throw new RejectedException(Reason.MALFORMED,
          "1 to " + COUNT_MAX + " items are read at a time, not " + count);
    }
    return count;
  }
}
