package dev.nivel.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel says of a process in {@code /proc/<pid>/stat}.
 *
 * @param letter its state, {@code T} for stopped, {@code Z} for ended but not yet reaped
 * @param threads how many threads still run
 * @param startTicks when it was started, which tells it from a later one with the same pid
 */
record ProcessState(char letter, int threads, long startTicks) {
  private static final int THREADS = 17;
  private static final int START_TICKS = 19;

  /** The state of a process, empty when there is none with that pid. */
  static Optional<ProcessState> of(long pid) {
    try {
      Path stat = Path.of("/proc", Long.toString(pid), "stat");
      return Optional.of(parse(Files.readString(stat, StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads the line; the program's name stands in parentheses and may itself hold any of them. */
  static ProcessState parse(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessState(fields[0].charAt(0), Integer.parseInt(fields[THREADS]),
        Long.parseLong(fields[START_TICKS].trim()));
  }

  /**
   * Whether it runs no code any more.
   *
   * <p>A zombie has ended: whoever should reap it may take seconds, or never do it. One whose
   * other threads still run has not, its files and ports are open.
   */
  boolean isEnded() {
    return letter == 'X' || (letter == 'Z' && threads <= 1);
  }

  boolean isStopped() {
    return letter == 'T' || letter == 't';
  }
}
