package dev.nivel.journal;

import dev.nivel.store.Field;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.journal.JournalFixture.ID;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Disks that are full, and disks that fail. */
class JournalFailureTest {
  private static final List<Field> GROUP = List.of(entry("x", 2, "refused"), item(3, "refused"));
  @TempDir Path directory;
  private JournalFixture fixture;
  private FaultyDisk disk;

  @BeforeEach
  void open() {
    fixture = new JournalFixture(directory);
    disk = fixture.disk;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static UnavailableException refusal(Journal journal) {
    return catchThrowableOfType(UnavailableException.class, () -> journal.append(ID, GROUP));
  }

  private void assertReplayed(Field... fields) {
    disk.roomBytes.set(Long.MAX_VALUE);
    disk.isTruncateFailing = false;
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactly(fields);
  }

  @Test
  void refusesWhatAFullDiskTakesOnlyAPartOf() {
    Journal journal = fixture.open(FsyncPolicy.OS);
    journal.append(ID, List.of(item(1, "kept")));
    byte[] before = JournalFixture.bytes(fixture.segments().get(0));
    disk.roomBytes.set(40);
    UnavailableException refusal = refusal(journal);
    assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(refusal).hasMessageContaining("No space left on device")
        .hasMessageContaining("00000000000000000001.segment");
    assertThat(JournalFixture.bytes(fixture.segments().get(0))).isEqualTo(before);
    assertThat(journal.counts().isWritable()).isFalse();
    assertThat(journal.counts().reason()).contains("No space left on device");
    assertThat(journal.counts().writeFailures()).isEqualTo(1);
    assertThat(journal.counts().live()).isEqualTo(1);
    assertReplayed(item(1, "kept"));
    assertThat(fixture.report().tornBytes()).isZero();
  }

  @Test
  void isAllOrNothingWhereverTheDiskBecomesFull() {
    int length = Group.of(0, ID, GROUP, 1 << 20).bytes().length;
    for (int room = 0; room < length; room++) {
      for (boolean isCut : new boolean[]{true, false}) {
        JournalFixture tried = new JournalFixture(directory.resolve(room + " " + isCut));
        Journal journal = tried.open(FsyncPolicy.OS);
        journal.append(ID, List.of(item(1, "kept")));
        tried.disk.isTruncateFailing = !isCut;
        tried.disk.roomBytes.set(room);
        assertThat(refusal(journal).outcome())
            .isEqualTo(isCut ? Outcome.NOT_APPLIED : Outcome.UNKNOWN);
        tried.disk.roomBytes.set(Long.MAX_VALUE);
        tried.reopen();
        assertThat(tried.replayedFields()).containsExactly(item(1, "kept"));
        tried.close();
      }
    }
  }

  /** I1: or the node would be without a journal until its next start. */
  @Test
  void startsWithoutRoomForAnythingAndGoesOnWhenThereIsSome() throws IOException {
    Files.createDirectory(directory.resolve("journal.owner")); // so that it can't be written
    disk.roomBytes.set(0);
    Journal journal = fixture.open(FsyncPolicy.OS);
    assertThat(refusal(journal)).hasMessageContaining("No space left");
    disk.roomBytes.set(Long.MAX_VALUE);
    fixture.time.pass(Duration.ofSeconds(1));
    journal.flush();
    journal.append(ID, List.of(item(1, "kept")));
    assertReplayed(item(1, "kept"));
  }

  @Test
  void triesAgainOnceASecondAndGoesOnWhenThereIsRoom() {
    Journal journal = fixture.open(FsyncPolicy.OS);
    disk.roomBytes.set(0);
    refusal(journal);
    journal.flush();
    assertThat(journal.counts().writeFailures()).isEqualTo(1);
    fixture.time.pass(Duration.ofSeconds(1));
    journal.flush();
    journal.flush();
    assertThat(journal.counts().writeFailures()).isEqualTo(2);
    assertThat(refusal(journal)).hasMessageContaining("No space left");
    disk.roomBytes.set(Long.MAX_VALUE);
    journal.flush();
    assertThat(journal.counts().isWritable()).isFalse();
    fixture.time.pass(Duration.ofSeconds(1));
    journal.flush();
    assertThat(journal.counts().isWritable()).isTrue();
    journal.append(ID, List.of(item(4, "again")));
    assertReplayed(item(4, "again"));
    assertThat(fixture.report().damages()).isEmpty();
  }

  @Test
  void survivesAFullDiskWhereTheNextSegmentWouldBegin() {
    Journal journal = fixture.open(FsyncPolicy.OS);
    Field large = entry("x", 1, "x".repeat(12_000));
    journal.append(ID, List.of(large));
    disk.roomBytes.set(100);
    assertThat(refusal(journal)).hasMessageContaining("No space left");
    assertThat(fixture.segments()).hasSize(1);
    assertReplayed(large);
  }

  @Test
  void opensOnAFullDiskToReplay() {
    fixture.open(FsyncPolicy.OS).append(ID, List.of(item(1, "kept")));
    fixture.close();
    disk.roomBytes.set(0);
    Journal journal = fixture.open(FsyncPolicy.OS);
    assertThat(fixture.replayedFields()).containsExactly(item(1, "kept"));
    assertThat(refusal(journal)).hasMessageContaining("No space left");
  }

  @Test
  void refusesAnAppendWhoseFsyncFailsAndLeavesThatFileForGood() {
    Journal journal = fixture.open(FsyncPolicy.ALWAYS);
    Place first = journal.append(ID, List.of(item(1, "kept")));
    disk.isForceFailing = true;
    assertThat(refusal(journal).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(journal.counts().live()).isEqualTo(1);
    assertThat(journal.counts().fsyncFailures()).isEqualTo(1);
    assertThat(journal.toMove()).contains(first);
    journal.flush();
    assertThat(disk.forcesFailed()).as("an fsync of that file is not tried again").isEqualTo(1);
    disk.isForceFailing = false;
    int forces = disk.forces();
    Place second = journal.append(ID, List.of(item(1, "kept")));
    assertThat(second).isNotEqualTo(first);
    assertThat(disk.forces()).isEqualTo(forces + 1);
    journal.release(first, 1);
    journal.flush();
    assertThat(journal.toMove()).isEmpty();
    assertThat(fixture.segments()).hasSize(1);
    assertReplayed(item(1, "kept"));
  }

  @Test
  void namesAPlaceToMoveWhenAnFsyncFailsLater() {
    Journal journal = fixture.open(FsyncPolicy.INTERVAL);
    Place first = journal.append(ID, List.of(item(1, "kept")));
    disk.isForceFailing = true;
    journal.flush();
    assertThat(journal.toMove()).contains(first);
    assertThat(journal.counts().isWritable()).isTrue();
    disk.isForceFailing = false;
    journal.append(ID, List.of(item(1, "kept")));
    journal.release(first, 1);
    journal.flush();
    assertThat(fixture.segments()).hasSize(1);
    assertReplayed(item(1, "kept"));
  }

  /** Or a newer version that was only written would let the older one go, which was fsynced. */
  @Test
  void fsyncsWhatAnEarlierProcessLeft() {
    fixture.open(FsyncPolicy.INTERVAL).append(ID, List.of(item(1, "kept")));
    disk.isForceFailing = true;
    fixture.close();
    disk.isForceFailing = false;
    fixture.open(FsyncPolicy.INTERVAL);
    disk.powerCut.leave(directory, directory.resolve("left"));
    try (JournalFixture left = new JournalFixture(directory.resolve("left"))) {
      left.open(FsyncPolicy.OS);
      assertThat(left.replayedFields()).containsExactly(item(1, "kept"));
    }
  }

  /** Its fsync may have failed then, after which another success would mean nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void movesWhatAnEarlierProcessLeft(boolean isForceFailing) {
    fixture.open(FsyncPolicy.INTERVAL).append(ID, List.of(item(1, "kept")));
    fixture.close();
    disk.isForceFailing = isForceFailing;
    Journal journal = fixture.open(FsyncPolicy.INTERVAL);
    assertThat(journal.toMove()).contains(fixture.places.get(0));
  }

  /** What moved out of a file may be in one that was never fsynced. */
  @Test
  void closesWithoutDeletingAnythingIfAnFsyncFails() {
    Journal journal = fixture.open(FsyncPolicy.INTERVAL);
    Place first = journal.append(ID, List.of(item(1, "kept")));
    disk.isForceFailing = true;
    journal.flush();
    assertThat(journal.append(ID, List.of(item(1, "kept")))).isNotEqualTo(first);
    journal.release(first, 1);
    journal.close();
    disk.isForceFailing = false;
    assertThat(fixture.segments()).hasSize(2);
  }

  @Test
  void fsyncsAsThePolicySays() {
    Journal always = fixture.open(FsyncPolicy.ALWAYS);
    always.append(ID, List.of(item(1, "a")));
    always.flush();
    assertThat(disk.forces()).isEqualTo(1);
    fixture.close();
    Journal interval = fixture.open(FsyncPolicy.INTERVAL);
    int forces = disk.forces();
    interval.append(ID, List.of(item(2, "b")));
    interval.append(ID, List.of(item(3, "c")));
    assertThat(disk.forces()).isEqualTo(forces);
    interval.flush();
    interval.flush();
    assertThat(disk.forces()).isEqualTo(forces + 1);
    fixture.close();
    Journal os = fixture.open(FsyncPolicy.OS);
    os.append(ID, List.of(item(4, "d")));
    forces = disk.forces();
    os.flush();
    assertThat(disk.forces()).isEqualTo(forces);
  }

  @Test
  void saysWhatIsWrongWhenAnErasureCannotBeCompleted() {
    Journal journal = fixture.open(FsyncPolicy.OS);
    Place place = journal.append(ID, List.of(item(1, "private")));
    journal.append("call-2", List.of(item(2, "kept")));
    disk.isRenameFailing = true;
    assertThatThrownBy(() -> journal.erase(ID, item(1, "private").stamp()))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("not complete")
        .hasMessageContaining("rename");
    disk.isRenameFailing = false;
    journal.erase(ID, item(1, "private").stamp());
    assertThat(fixture.isAnywhere("private")).isFalse();
    journal.release(place, 1);
    assertReplayed(item(2, "kept"));
  }
}
