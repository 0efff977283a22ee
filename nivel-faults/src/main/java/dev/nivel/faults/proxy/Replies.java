package dev.nivel.faults.proxy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The stream of replies of one connection to Redis, cut into replies. For use by one thread. */
final class Replies {
  private static final int FLIPPED_OFFSET = 40;

  private byte[] rest = {};

  /** Takes in bytes; returns the replies that are whole now, and changed as the proxy is to. */
  byte[] pass(byte[] bytes, int length, Disturbance disturbance) {
    byte[] all = Arrays.copyOf(rest, rest.length + length);
    System.arraycopy(bytes, 0, all, rest.length, length);
    List<byte[]> replies = new ArrayList<>();
    int offset = 0;
    int end = all.length == 0 ? RespReply.INCOMPLETE : RespReply.end(all, 0, all.length);
    while (end != RespReply.INCOMPLETE) {
      replies.add(Arrays.copyOfRange(all, offset, end));
      offset = end;
      end = offset < all.length ? RespReply.end(all, offset, all.length) : RespReply.INCOMPLETE;
    }
    rest = Arrays.copyOfRange(all, offset, all.length);
    change(replies, disturbance);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    replies.forEach(whole::writeBytes);
    return whole.toByteArray();
  }

  private static void change(List<byte[]> replies, Disturbance disturbance) {
    switch (disturbance) {
      case Disturbance.SwapReplies swap -> swap(replies, swap);
      case Disturbance.FlipValues flip -> replies.forEach(reply -> flip(reply, flip));
      default -> {}
    }
  }

  private static void swap(List<byte[]> replies, Disturbance.SwapReplies swap) {
    int first = -1;
    for (int i = 0; i < replies.size(); i++) {
      if (RespReply.longestValue(replies.get(i)) == RespReply.INCOMPLETE) {
        continue;
      }
      if (first < 0) {
        first = i;
      } else {
        Collections.swap(replies, first, i);
        swap.swaps().incrementAndGet();
        first = -1;
      }
    }
  }

  private static void flip(byte[] reply, Disturbance.FlipValues flip) {
    int value = RespReply.longestValue(reply);
    if (value != RespReply.INCOMPLETE) {
      reply[value + FLIPPED_OFFSET] ^= 1;
      flip.flips().incrementAndGet();
    }
  }
}
