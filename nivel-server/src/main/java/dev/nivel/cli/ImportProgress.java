package dev.nivel.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Counts what was imported, shows it while somebody watches, and sums it up. */
final class ImportProgress {
  private static final int FAILURES_SHOWN_MAX = 10;
  private static final long SHOW_EVERY_NANOS = 100_000_000;

  private final Console console;
  private final long start = System.nanoTime();
  // All below: guarded by this.
  private long conversations;
  private long entries;
  private long items;
  private long characters;
  private long failures;
  private final List<String> firstFailures = new ArrayList<>();
  private long bytesExpected;
  private long bytesRead;
  private long shownAt;

  ImportProgress(Console console) {
    this.console = console;
  }

  /** How long the file is. */
  synchronized void expect(long bytes) {
    bytesExpected = bytes;
  }

  /** Counts how much of the file has been read. */
  InputStream counting(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        countRead(Math.max(0, count));
        return count;
      }
    };
  }

  private synchronized void countRead(int count) {
    bytesRead += count;
  }

  synchronized void imported(int newEntries, int newItems, int newCharacters) {
    conversations++;
    entries += newEntries;
    items += newItems;
    characters += newCharacters;
    long now = System.nanoTime();
    if (now - shownAt > SHOW_EVERY_NANOS) {
      shownAt = now;
      String share = bytesExpected == 0 ? ""
          : "%3d %%  ".formatted(Math.min(100, 100 * bytesRead / bytesExpected));
      console.progress("%s%,d conversations, %,d items, %,.0f a second".formatted(share,
          conversations, items, (entries + items) / seconds()));
    }
  }

  synchronized void failed(String what) {
    failures++;
    if (firstFailures.size() < FAILURES_SHOWN_MAX) {
      firstFailures.add(what);
    }
  }

  private double seconds() {
    return Math.max(1e-9, (System.nanoTime() - start) / 1e9);
  }

  /** Sums it up; returns the exit code. */
  synchronized int finish(boolean isJson) {
    console.endProgress();
    double seconds = seconds();
    if (isJson) {
      console.print(("{\"conversations\":%d,\"entries\":%d,\"items\":%d,\"failed\":%d,"
          + "\"seconds\":%.3f}").formatted(conversations, entries, items, failures, seconds));
    } else {
      console.print(("imported %,d conversations (%,d entries, %,d items, %,.1f MB) in %.1f s:"
          + " %,.0f fields a second").formatted(conversations, entries, items,
              characters / 1e6, seconds, (entries + items) / seconds));
    }
    firstFailures.forEach(failure -> console.error("failed: " + failure));
    if (failures > 0) {
      console.error("%,d lines failed".formatted(failures));
    }
    return failures == 0 ? 0 : 1;
  }
}
