package dev.nivel.journal;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.journal.JournalFixture.ID;
import static dev.nivel.journal.JournalFixture.SEGMENT_BYTES;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.tombstone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JournalTest {
  private static final String LONG = "x".repeat(5_000);
  @TempDir Path directory;
  private JournalFixture fixture;
  private Journal journal;

  @BeforeEach
  void open() {
    fixture = new JournalFixture(directory.resolve("journal"));
    journal = fixture.open(FsyncPolicy.INTERVAL);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Field anyField(Random random) {
    byte[] bytes = new byte[random.nextInt(3_000)];
    random.nextBytes(bytes);
    String type = List.of(Value.JSON, "text/plain", "x".repeat(255)).get(random.nextInt(3));
    Stamp stamp = new Stamp(random.nextLong() >>> 11);
    String name = "né/ " + Long.toHexString(random.nextLong());
    return switch (random.nextInt(3)) {
      case 0 -> new Item(stamp, Value.of(bytes, type));
      case 1 -> new Entry(name, stamp, null, random.nextLong() >>> 20);
      default -> new Entry(name, stamp, Value.of(bytes, type), random.nextLong() >>> 20);
    };
  }

  /** I7: whatever was appended is replayed, bit for bit, in order, at its place. */
  @Test
  void replaysWhatWasAppended() {
    Random random = new Random(1);
    List<Write> written = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String conversation = "llamada " + random.nextInt(20);
      List<Field> fields = new ArrayList<>();
      for (int n = 0; n <= random.nextInt(4); n++) {
        fields.add(anyField(random));
      }
      Place place = journal.append(conversation, fields);
      fields.forEach(field -> {
        written.add(new Write(conversation, field));
        places.add(place);
      });
    }
    fixture.reopen();
    assertThat(fixture.replayed).containsExactlyElementsOf(written);
    assertThat(fixture.places).containsExactlyElementsOf(places);
    assertThat(fixture.report().records()).isEqualTo(written.size());
    assertThat(fixture.report().damages()).isEmpty();
    assertThat(fixture.report().tornBytes()).isZero();
    assertThat(fixture.report().segments()).isGreaterThan(10);
  }

  @Test
  void replaysTombstones() {
    journal.append(ID, List.of(tombstone("x", 1)));
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactly(tombstone("x", 1));
  }

  @Test
  void takesAGroupThatIsLongerThanASegment() {
    Field field = entry("x", 1, "x".repeat((int) SEGMENT_BYTES * 2));
    Place first = journal.append(ID, List.of(field));
    Place second = journal.append(ID, List.of(item(2, "a")));
    assertThat(second.segment()).isEqualTo(first.segment() + 1);
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactly(field, item(2, "a"));
  }

  @Test
  void deletesASealedSegmentOfWhichNothingIsLive() {
    Place first = journal.append(ID, List.of(entry("x", 1, LONG), entry("y", 2, LONG)));
    Place second = journal.append(ID, List.of(entry("x", 3, LONG)));
    assertThat(second).isNotEqualTo(first);
    journal.release(first, 1);
    journal.flush();
    assertThat(fixture.segments()).hasSize(2);
    journal.release(first, 1);
    journal.flush();
    assertThat(fixture.segments()).hasSize(1);
    assertThat(journal.counts().segments()).isEqualTo(1);
    assertThat(journal.counts().live()).isEqualTo(1);
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactly(entry("x", 3, LONG));
  }

  @Test
  void keepsTheSegmentThatIsWrittenTo() {
    journal.release(journal.append(ID, List.of(item(1, "a"))), 1);
    journal.flush();
    assertThat(fixture.segments()).hasSize(1);
    journal.append(ID, List.of(item(2, "b")));
    fixture.reopen();
    assertThat(fixture.replayedFields()).contains(item(2, "b"));
  }

  @Test
  void countsWhatWasReplayedAsLiveUntilItIsReleased() {
    journal.append(ID, List.of(item(1, "a"), item(2, "b")));
    journal = fixture.reopen();
    assertThat(journal.counts().live()).isEqualTo(2);
    journal.release(fixture.places.get(0), 2);
    journal.flush();
    assertThat(fixture.segments()).hasSize(1);
    fixture.reopen();
    assertThat(fixture.replayed).isEmpty();
  }

  @Test
  void leavesNoEmptySegmentsBehindOverManyStarts() {
    for (int i = 0; i < 5; i++) {
      fixture.reopen().flush();
    }
    assertThat(fixture.segments()).hasSize(1);
  }

  @Test
  void refusesToReleaseMoreThanIsLive() {
    Place place = journal.append(ID, List.of(item(1, "a")));
    assertThatThrownBy(() -> journal.release(place, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(journal.counts().live()).isEqualTo(1);
    assertThatThrownBy(() -> journal.release(new Place(77), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAppendsOverItsBoundUntilThereIsRoom() { // I8
    List<Place> places = new ArrayList<>();
    assertThatThrownBy(() -> {
      while (places.size() < 1_000) {
        places.add(journal.append(ID, List.of(entry("x", places.size(), LONG))));
      }
    }).isInstanceOf(UnavailableException.class)
        .hasMessageContaining("is full")
        .hasMessageContaining("of " + 64 * SEGMENT_BYTES + " bytes");
    assertThat(places).hasSizeGreaterThan(100);
    assertThat(journal.counts().bytes()).isLessThanOrEqualTo(64 * SEGMENT_BYTES);
    places.stream().limit(10).forEach(place -> journal.release(place, 1));
    journal.flush();
    journal.append(ID, List.of(entry("x", 9_999, LONG)));
    fixture.reopen();
    assertThat(fixture.replayedFields()).contains(entry("x", 9_999, LONG))
        .hasSize(places.size() - 9);
  }

  @Test
  void refusesAGroupThatCanNeverFit() {
    Field field = entry("x", 1, "x".repeat((int) SEGMENT_BYTES * 64));
    assertThatThrownBy(() -> journal.append(ID, List.of(field)))
        .isInstanceOf(UnavailableException.class);
    journal.append(ID, List.of(item(1, "a")));
  }

  @Test
  void namesASegmentToMoveWhenItIsMostlyDeadAndTheJournalOverHalfFull() {
    Place first = journal.append(ID, List.of(entry("e0", 1, "stays"), entry("e1", 1, "a"),
        entry("e2", 1, "b"), entry("e3", 1, "c"), entry("e4", 1, LONG + LONG)));
    journal.release(first, 4);
    while (journal.counts().bytes() <= 32 * SEGMENT_BYTES) {
      assertThat(journal.toMove()).isEmpty();
      journal.append(ID, List.of(entry("x", 2, LONG)));
    }
    assertThat(journal.toMove()).contains(first);
    journal.append(ID, List.of(entry("e0", 1, "stays")));
    journal.release(first, 1);
    int forces = fixture.disk.forces();
    journal.flush();
    assertThat(fixture.disk.forces()).as("the copy is on the disk first").isGreaterThan(forces);
    assertThat(fixture.segments().get(0)).hasFileName("00000000000000000002.segment");
    assertThat(journal.toMove()).isEmpty();
    fixture.reopen();
    assertThat(fixture.replayedFields()).contains(entry("e0", 1, "stays"));
  }

  @Test
  void namesNothingOfAnEarlierProcessToMoveThatWouldNotFit() {
    for (int i = 0; i < 40; i++) {
      journal.append(ID, List.of(entry("e" + i, 1, LONG)));
    }
    long bytes = journal.counts().bytes();
    fixture.close();
    journal = fixture.open(settings(bytes + 2_000));
    assertThat(journal.toMove()).isEmpty();
    fixture.close();
    journal = fixture.open(settings(bytes + 2 * SEGMENT_BYTES));
    assertThat(journal.toMove()).contains(fixture.places.get(0));
  }

  private JournalSettings settings(long bytesMax) {
    return new JournalSettings(fixture.directory, FsyncPolicy.OS, SEGMENT_BYTES, bytesMax);
  }

  @Test
  void fsyncsWhatMovesWithTheNextFlush() {
    fixture.close();
    journal = fixture.open(FsyncPolicy.ALWAYS);
    int forces = fixture.disk.forces();
    journal.appendLater(ID, List.of(item(1, "a")));
    assertThat(fixture.disk.forces()).isEqualTo(forces);
    journal.flush();
    assertThat(fixture.disk.forces()).isGreaterThan(forces);
  }

  /** I1: what was moved to a file whose fsync fails is still in the file that it came from. */
  @Test
  void deletesNothingBeforeWhatWasMovedIsOnTheDiskWhateverThePolicy() {
    fixture.close();
    journal = fixture.open(FsyncPolicy.OS);
    Place first = journal.append(ID, List.of(entry("x", 1, LONG), entry("y", 2, LONG)));
    Path file = fixture.directory.resolve(Segment.fileName(first.segment()));
    Place second = journal.append(ID, List.of(entry("x", 1, LONG)));
    journal.release(first, 2);
    fixture.disk.isForceFailing = true;
    journal.flush();
    assertThat(file).exists();
    fixture.disk.isForceFailing = false;
    journal.flush();
    assertThat(file).exists();
    assertThat(journal.toMove()).contains(second);
    journal.append(ID, List.of(entry("x", 1, LONG)));
    journal.release(second, 1);
    journal.flush();
    assertThat(fixture.segments()).hasSize(1);
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactly(entry("x", 1, LONG));
  }

  @Test
  void isNotSharedByTwoJournals() {
    assertThatThrownBy(() -> fixture.open(FsyncPolicy.OS))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    journal.append(ID, List.of(item(1, "a")));
    journal.close();
    fixture.open(FsyncPolicy.OS);
    assertThat(fixture.replayedFields()).containsExactly(item(1, "a"));
  }

  /** I1: a start that fails before the replay leaves the files to the next one. */
  @Test
  void keepsEverythingIfItIsClosedBeforeItsReplay() {
    journal.append(ID, List.of(item(1, "a")));
    journal.close();
    Journal.open(new JournalSettings(directory.resolve("journal"), FsyncPolicy.OS, SEGMENT_BYTES,
        4 * SEGMENT_BYTES), Time.SYSTEM).close();
    fixture.open(FsyncPolicy.OS);
    assertThat(fixture.replayedFields()).containsExactly(item(1, "a"));
  }

  @Test
  void cannotBeOpenedWhereThereIsAFile() {
    JournalFixture.write(directory.resolve("file"), new byte[0]);
    JournalSettings settings = new JournalSettings(directory.resolve("file"), FsyncPolicy.OS,
        SEGMENT_BYTES, 4 * SEGMENT_BYTES);
    assertThatThrownBy(() -> Journal.open(settings, Time.SYSTEM))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("file");
  }

  @Test
  void takesNothingBeforeTheReplayAndAfterTheEnd() {
    journal.close();
    assertThatThrownBy(() -> journal.append(ID, List.of(item(1, "a"))))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("CLOSED");
    assertThat(journal.counts().isWritable()).isFalse();
    JournalSettings settings = new JournalSettings(directory.resolve("journal"), FsyncPolicy.OS,
        SEGMENT_BYTES, 4 * SEGMENT_BYTES);
    try (Journal opened = Journal.open(settings, Time.SYSTEM)) {
      assertThatThrownBy(() -> opened.append(ID, List.of(item(1, "a"))))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("OPENED");
      opened.flush();
      opened.replay((conversation, field, place) -> {});
      assertThatThrownBy(() -> opened.replay((conversation, field, place) -> {}))
          .isInstanceOf(IllegalStateException.class);
      opened.append(ID, List.of(item(1, "a")));
    }
  }

  @Test
  void refusesBadSettings() {
    assertThatThrownBy(() -> new JournalSettings(directory, FsyncPolicy.OS, 100, 1 << 20))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> new JournalSettings(directory, FsyncPolicy.OS, 16 << 10, 60 << 10))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void isNotReadByOtherUsers() {
    assertThat(directory.resolve("journal").toFile().canRead()).isTrue();
    assertThat(JournalFixture.permissions(directory.resolve("journal"))).isEqualTo("rwx------");
  }
}
