package dev.nivel.faults.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Carries the bytes of one direction of one connection. For use by one thread. */
final class Pump {
  private static final int BUFFER_BYTES = 64 * 1024;
  /** So long replies are collected, so that two may come together. */
  private static final Duration SWAP_PAUSE = Duration.ofMillis(3);

  /** How a request of HTTP begins, and no body of Nivel's. */
  private static final Pattern REQUEST = Pattern.compile("[A-Z]+ /");

  private final Connection connection;
  private final Direction direction;
  private final InputStream in;
  private final OutputStream out;
  /** Null where bytes are not replies of Redis. */
  private final @Nullable Replies replies;
  /** Bytes of this direction were lost: TCP leaves out nothing, so it can't go on. */
  private boolean hasGap;

  Pump(Connection connection, Direction direction, @Nullable Replies replies)
      throws IOException {
    this.connection = connection;
    this.direction = direction;
    in = connection.from(direction).getInputStream();
    out = connection.to(direction).getOutputStream();
    this.replies = replies;
  }

  /** Carries bytes until the connection ends. */
  void run() {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Disturbance disturbance = connection.disturbance();
        byte[] whole = replies == null ? Arrays.copyOf(buffer, read)
            : replies.pass(buffer, read + more(buffer, read, disturbance), disturbance);
        if (!pass(whole, disturbance)) {
          return;
        }
      }
      connection.close();
    } catch (IOException e) { // one end is gone, and so shall the other
      connection.reset();
    }
  }

  private int more(byte[] buffer, int read, Disturbance disturbance) throws IOException {
    if (!(disturbance instanceof Disturbance.SwapReplies)) {
      return 0;
    }
    LockSupport.parkNanos(SWAP_PAUSE.toNanos());
    int available = Math.min(in.available(), buffer.length - read);
    return available == 0 ? 0 : Math.max(0, in.read(buffer, read, available));
  }

  /** Returns whether the connection goes on. */
  private boolean pass(byte[] bytes, Disturbance disturbance) throws IOException {
    boolean isCut = disturbance instanceof Disturbance.OneWayCut cut
        && cut.direction() == direction;
    hasGap |= isCut;
    if (hasGap) {
      if (!isCut) {
        connection.reset();
      }
      return isCut;
    }
    switch (disturbance) {
      case Disturbance.Delay delay -> LockSupport.parkNanos(delay.by().toNanos());
      case Disturbance.Throttle throttle -> {
        writeSlowly(bytes, throttle.bytesPerSecond());
        return true;
      }
      case Disturbance.Reset reset when reset.direction() == direction -> {
        return passUpTo(reset.bytesLeft(), bytes, connection::reset);
      }
      case Disturbance.Truncate truncate when truncate.direction() == direction -> {
        return passUpTo(truncate.bytesLeft(), bytes, connection::close);
      }
      case Disturbance.Flip flip when flip.direction() == direction ->
        flip(bytes, flip.bytesLeft());
      case Disturbance.LoseReply lose when isLost(bytes, lose) -> {
        connection.reset();
        return false;
      }
      default -> {}
    }
    out.write(bytes);
    return true;
  }

  /** Clients wait for a reply before they ask again: the next bytes are the reply. */
  private boolean isLost(byte[] bytes, Disturbance.LoseReply lose) {
    if (direction == Direction.TO_SERVER) {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (REQUEST.matcher(text).lookingAt()) {
        connection.loseReply(text.startsWith("POST " + lose.path()));
      }
      return false;
    }
    boolean isLost = connection.losesReply() && lose.left().getAndDecrement() > 0;
    connection.loseReply(false);
    if (isLost) {
      lose.lost().incrementAndGet();
    }
    return isLost;
  }

  private boolean passUpTo(AtomicLong left, byte[] bytes, Runnable end) throws IOException {
    long before = left.getAndAdd(-bytes.length);
    if (before < 0 || before >= bytes.length) { // it has happened, or is still to
      out.write(bytes);
      return true;
    }
    out.write(bytes, 0, (int) before);
    end.run();
    return false;
  }

  private static void flip(byte[] bytes, AtomicLong left) {
    long before = left.getAndAdd(-bytes.length);
    if (before >= 0 && before < bytes.length) {
      bytes[(int) before] ^= 1;
    }
  }

  private void writeSlowly(byte[] bytes, long bytesPerSecond) throws IOException {
    int partBytes = (int) Math.max(1, bytesPerSecond / 100);
    for (int from = 0; from < bytes.length; from += partBytes) {
      int length = Math.min(partBytes, bytes.length - from);
      out.write(bytes, from, length);
      LockSupport.parkNanos(length * 1_000_000_000L / bytesPerSecond);
    }
  }
}
