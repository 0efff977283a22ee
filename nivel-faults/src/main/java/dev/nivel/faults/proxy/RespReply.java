package dev.nivel.faults.proxy;

/** Finds replies and what they hold in the bytes that Redis sends (RESP 2 and 3). Stateless. */
final class RespReply {
  /** What the bytes do not tell yet. */
  static final int INCOMPLETE = -1;

  /** Values of the load are longer, and everything else that Redis holds is shorter. */
  private static final int VALUE_BYTES_MIN = 120;

  private RespReply() {}

  /** Where the reply that begins at an offset ends, or {@link #INCOMPLETE}. */
  static int end(byte[] bytes, int offset, int length) {
    int lineEnd = lineEnd(bytes, offset, length);
    if (lineEnd == INCOMPLETE) {
      return INCOMPLETE;
    }
    return switch (bytes[offset]) {
      case '$', '!', '=' -> bulkEnd(number(bytes, offset, lineEnd), lineEnd, length);
      case '*', '~', '>' -> endOfParts(bytes, lineEnd, length, number(bytes, offset, lineEnd));
      case '%', '|' -> endOfParts(bytes, lineEnd, length, 2 * number(bytes, offset, lineEnd));
      default -> lineEnd;
    };
  }

  private static int bulkEnd(int bulkBytes, int lineEnd, int length) {
    int end = bulkBytes < 0 ? lineEnd : lineEnd + bulkBytes + 2;
    return end <= length ? end : INCOMPLETE;
  }

  private static int endOfParts(byte[] bytes, int start, int length, int parts) {
    int end = start;
    for (int i = 0; i < parts && end != INCOMPLETE; i++) {
      end = end < length ? end(bytes, end, length) : INCOMPLETE;
    }
    return end;
  }

  private static int lineEnd(byte[] bytes, int offset, int length) {
    for (int i = offset; i + 1 < length; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        return i + 2;
      }
    }
    return INCOMPLETE;
  }

  private static int number(byte[] bytes, int offset, int lineEnd) {
    int number = 0;
    for (int i = offset + 1; i < lineEnd - 2; i++) {
      if (bytes[i] == '-') {
        return -1;
      }
      number = number * 10 + (bytes[i] - '0');
    }
    return number;
  }

  /**
   * Where the longest bulk string of a reply to a read of values begins; {@link #INCOMPLETE} if it
   * is no such reply. Scripts answer with short ones, and to swap those would tell the caller of a
   * write something untrue that no checksum can show.
   */
  static int longestValue(byte[] reply) {
    if (reply[0] != '*' && reply[0] != '%') {
      return INCOMPLETE;
    }
    int longest = VALUE_BYTES_MIN;
    int found = INCOMPLETE;
    int offset = lineEnd(reply, 0, reply.length);
    while (offset < reply.length) {
      boolean isBulk = reply[offset] == '$';
      int start = lineEnd(reply, offset, reply.length);
      int bytes = isBulk ? number(reply, offset, start) : 0;
      if (bytes > longest) {
        longest = bytes;
        found = start;
      }
      offset = isBulk && bytes >= 0 ? start + bytes + 2 : start;
    }
    return found;
  }
}
