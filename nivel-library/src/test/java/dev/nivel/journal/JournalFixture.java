package dev.nivel.journal;

import dev.nivel.store.FakeTime;
import dev.nivel.store.Field;
import dev.nivel.store.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A journal in a directory, what it replayed, and a look at its files. */
final class JournalFixture implements AutoCloseable {
  static final String ID = "call-1";
  static final long SEGMENT_BYTES = 16 << 10;
  final FakeTime time = new FakeTime();
  final FaultyDisk disk = new FaultyDisk();
  final Path directory;
  final List<Write> replayed = new ArrayList<>();
  final List<Place> places = new ArrayList<>();
  private @Nullable Journal journal;
  private @Nullable ReplayReport report;

  JournalFixture(Path directory) {
    this.directory = directory;
  }

  /** Opens the journal and replays it. */
  Journal open(FsyncPolicy fsync) {
    return open(new JournalSettings(directory, fsync, SEGMENT_BYTES, 64 * SEGMENT_BYTES));
  }

  Journal open(JournalSettings settings) {
    replayed.clear();
    places.clear();
    Journal opened = Journal.open(settings, time, disk);
    journal = opened;
    report = opened.replay((conversation, field, place) -> {
      replayed.add(new Write(conversation, field));
      places.add(place);
    });
    return opened;
  }

  /** Closes the journal and opens it again. */
  Journal reopen() {
    close();
    return open(FsyncPolicy.INTERVAL);
  }

  /** What the last replay reported. */
  ReplayReport report() {
    if (report == null) {
      throw new IllegalStateException("nothing was replayed");
    }
    return report;
  }

  List<Field> replayedFields() {
    return replayed.stream().map(Write::field).toList();
  }

  /** Segments, oldest first. */
  List<Path> segments() {
    return files(directory).stream().filter(file -> file.toString().endsWith(".segment")).toList();
  }

  List<Path> quarantine() {
    return files(directory.resolve("quarantine"));
  }

  static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of all files under the directory, each as a character. */
  String allText() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile)
          .map(file -> new String(bytes(file), StandardCharsets.ISO_8859_1))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether an ASCII text is in any file under the directory. */
  boolean isAnywhere(String text) {
    return allText().contains(text);
  }

  @Override
  public void close() {
    if (journal != null) {
      journal.close();
    }
  }
}
