package dev.nivel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * By how much a test wants the wall clock to be wrong. The system property
 * {@code nivel.faults.clock} names a file that holds it in milliseconds, and is looked at again
 * every 5 ms. Without the property it costs one look at a constant. Safe for use by several
 * threads.
 */
final class FaultClock {
  private static final String FILE = System.getProperty("nivel.faults.clock", "");
  private static final boolean IS_WANTED = !FILE.isEmpty();
  private static final FaultClock WANTED = new FaultClock(Path.of(FILE), System::nanoTime);
  private static final long LOOK_VALID_NANOS = 5_000_000;

  private final Path file;
  private final LongSupplier nanos;
  private final AtomicReference<Look> last;

  FaultClock(Path file, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    last = new AtomicReference<>(new Look(nanos.getAsLong() - LOOK_VALID_NANOS, 0));
  }

  private record Look(long atNanos, long offsetMillis) {}

  /** What is to be added to the wall clock. */
  static long offsetMillis() {
    return IS_WANTED ? WANTED.millis() : 0;
  }

  /** What the file says, or said some milliseconds ago; 0 if there is none. */
  long millis() {
    Look known = last.get();
    long now = nanos.getAsLong();
    if (now - known.atNanos() >= LOOK_VALID_NANOS) {
      last.compareAndSet(known, new Look(now, read(known.offsetMillis())));
    }
    return last.get().offsetMillis();
  }

  private long read(long before) {
    try {
      return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    } catch (IOException | NumberFormatException e) { // it is being written
      return before;
    }
  }
}
