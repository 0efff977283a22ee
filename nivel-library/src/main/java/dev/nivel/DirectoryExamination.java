package dev.nivel;

import dev.nivel.journal.JournalSettings;
import dev.nivel.store.Examination;
import dev.nivel.store.Judgement;
import dev.nivel.store.NivelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The data directory as the doctor examines it. It is not made if it is not there. */
final class DirectoryExamination implements Examination {
  private static final Duration CHECK_MAX = Duration.ofSeconds(5);
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  private final Path directory;
  private final Journaling.Settings journal;

  DirectoryExamination(Path directory, Journaling.Settings journal) {
    this.directory = directory.toAbsolutePath().normalize();
    this.journal = journal;
  }

  @Override
  public String subject() {
    return "data directory";
  }

  @Override
  public List<Check> checks() {
    return List.of(new Check("writable", CHECK_MAX, () -> List.of(writable())),
        new Check("free space", CHECK_MAX, () -> List.of(space())));
  }

  @Override
  public String advice(NivelException failure) {
    return "see whether its disk answers";
  }

  private Judgement writable() {
    @Nullable Path present = present();
    if (present == null) {
      return Judgement.mend(directory + " can't be made", advice());
    }
    if (!present.equals(directory)) {
      return Files.isDirectory(present) && Files.isWritable(present)
          ? Judgement.ok(directory + " is not there yet, and can be made")
          : Judgement.mend(directory + " can't be made, for " + present + " can't be written to",
              advice());
    }
    try {
      Files.delete(Files.createTempFile(directory, "doctor", ".tmp"));
      return journalFiles();
    } catch (IOException e) {
      return Judgement.mend(directory + " can't be written to: " + e.getClass().getSimpleName(),
          advice());
    }
  }

  /** A running node may be at them: nothing is tried there. */
  private Judgement journalFiles() {
    Path files = journal.journal().directory();
    if (journal.mode() == Journaling.Mode.OFF || !Files.exists(files)) {
      return Judgement.ok(directory.toString());
    }
    return Files.isDirectory(files) && Files.isWritable(files) && Files.isReadable(files)
        ? Judgement.ok(directory + ", and the journal in it")
        : Judgement.mend("the journal's directory " + files + " can't be read and written to",
            "give it to this user, or set NIVEL_DATA_DIR to another directory");
  }

  private static String advice() {
    return "set NIVEL_DATA_DIR to a directory that this user can write to";
  }

  /** The directory, or the nearest one above it that is there. */
  private @Nullable Path present() {
    @Nullable Path present = directory;
    while (present != null && !Files.exists(present)) {
      present = present.getParent();
    }
    return present;
  }

  private Judgement space() {
    if (journal.mode() == Journaling.Mode.OFF) {
      return Judgement.skipped("NIVEL_JOURNAL is off");
    }
    @Nullable Path present = present();
    try {
      long free = Files.getFileStore(present == null ? directory : present).getUsableSpace();
      return judge(free, usedBytes(), journal.journal());
    } catch (IOException e) {
      return Judgement.warning("it can't be told: " + e.getClass().getSimpleName(),
          "see that NIVEL_JOURNAL_BYTES fit there");
    }
  }

  /** What the journal has of its bytes already. */
  private long usedBytes() throws IOException {
    Path files = journal.journal().directory();
    if (!Files.isDirectory(files)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(files)) {
      return all.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Judges what is free and what the journal has already against what it may have. */
  static Judgement judge(long freeBytes, long usedBytes, JournalSettings settings) {
    String seen = mebibytes(freeBytes) + " are free; the journal has " + mebibytes(usedBytes)
        + " and may have " + mebibytes(settings.bytesMax());
    if (freeBytes < settings.segmentBytes()) {
      return Judgement.mend(seen, "make room: not even one file of the journal fits");
    }
    return freeBytes + usedBytes >= settings.bytesMax() ? Judgement.ok(seen)
        : Judgement.warning(seen, "make room, or lower NIVEL_JOURNAL_BYTES: during a long outage"
            + " of Supabase the journal would fill the disk");
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.0f MiB", bytes / BYTES_PER_MEBIBYTE);
  }
}
