package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replies to the calls of a batch, in their order. They come as one text (frame.lua): of each
 * call the number of parts, a colon, and each part after its length and a colon.
 */
final class BatchReply {
  private static final byte[] ERROR = RedisKeys.ascii("ERROR");

  private final List<List<byte[]>> calls;

  private BatchReply(List<List<byte[]>> calls) {
    this.calls = calls;
  }

  /**
   * Reads them.
   *
   * @throws UnavailableException if they are not the replies to so many calls of the script
   */
  static BatchReply parse(Script script, byte @Nullable [] text, int calls) {
    Reading reading = new Reading(script, text == null ? new byte[0] : text);
    List<List<byte[]>> all = new ArrayList<>(calls);
    for (int call = 0; call < calls; call++) {
      int size = reading.number();
      List<byte[]> parts = new ArrayList<>(size);
      for (int part = 0; part < size; part++) {
        parts.add(reading.bytes(reading.number()));
      }
      all.add(parts);
    }
    reading.end();
    return new BatchReply(all);
  }

  /**
   * The parts of the reply to a call, counted from 0.
   *
   * @throws RedisCommandExecutionException if it is the error of a command of this call
   */
  List<byte[]> of(int call) {
    List<byte[]> parts = calls.get(call);
    if (parts.size() == 2 && Arrays.equals(parts.get(0), ERROR)) {
      throw new RedisCommandExecutionException(RedisKeys.text(parts.get(1)));
    }
    return parts;
  }

  /** From the start of a text to its end. */
  private static final class Reading {
    private final Script script;
    private final byte[] text;
    private int position;

    Reading(Script script, byte[] text) {
      this.script = script;
      this.text = text;
    }

    /** Digits and a colon; not more than there are bytes. */
    int number() {
      int number = 0;
      int first = position;
      while (position < text.length && text[position] != ':') {
        int digit = text[position++] - '0';
        number = number * 10 + digit;
        if (digit < 0 || digit > 9 || number > text.length) {
          throw misshapen();
        }
      }
      if (position == first || position++ == text.length) {
        throw misshapen();
      }
      return number;
    }

    byte[] bytes(int length) {
      if (length > text.length - position) {
        throw misshapen();
      }
      position += length;
      return Arrays.copyOfRange(text, position - length, position);
    }

    void end() {
      if (position != text.length) {
        throw misshapen();
      }
    }

    private UnavailableException misshapen() {
      return ScriptReply.misshapen(script, null);
    }
  }
}
