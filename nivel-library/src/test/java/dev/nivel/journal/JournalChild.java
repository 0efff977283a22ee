package dev.nivel.journal;

import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link JournalKillIT} kills: appends on four threads, releases, moves, flushes
 * and erases until then, and prints a line for each thing that is done, when it is done.
 */
final class JournalChild {
  static final String TEXT = "the text of ";
  private static final int WRITERS = 4;
  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
  private final Journal journal;

  private JournalChild(Journal journal) {
    this.journal = journal;
  }

  static Field field(String conversation, int number) {
    Value value = Value.json(TEXT + conversation + " " + number + " ".repeat(500));
    return Entry.of("name-" + number, new Stamp(number), value);
  }

  /** Keeps a journal in the directory of the first argument, with the policy of the second. */
  public static void main(String[] arguments) {
    Journal journal = Journal.open(new JournalSettings(Path.of(arguments[0]),
        FsyncPolicy.valueOf(arguments[1]), 64 << 10, 1L << 30), Time.SYSTEM);
    journal.replay((conversation, field, place) -> {});
    JournalChild child = new JournalChild(journal);
    for (int i = 0; i < WRITERS; i++) {
      String conversation = "writer-" + i;
      new Thread(() -> child.write(conversation)).start();
    }
    new Thread(child::erase).start();
    while (true) {
      journal.flush();
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** One write, so that a line is either there or not. */
  private static void print(String line) {
    try {
      OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends each field twice and lets go of the first copy, as if it had moved. */
  private void write(String conversation) {
    for (int i = 1;; i++) {
      List<Field> fields = List.of(field(conversation, i), field(conversation + "-too", i));
      Place first = journal.append(conversation, fields);
      print("appended " + conversation + " " + i);
      journal.append(conversation, fields);
      journal.release(first, 2);
      LockSupport.parkNanos(200_000); // erasures are to be among so many appends, too
    }
  }

  private void erase() {
    for (int i = 1;; i++) {
      String conversation = "erased-" + i;
      journal.append(conversation, List.of(field(conversation, i)));
      journal.erase(conversation, new Stamp(i));
      print("erased " + conversation + " " + i);
    }
  }
}
