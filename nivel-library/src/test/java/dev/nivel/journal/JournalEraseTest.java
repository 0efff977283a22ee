package dev.nivel.journal;

import dev.nivel.store.Field;
import dev.nivel.store.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.journal.JournalFixture.ID;
import static dev.nivel.journal.JournalFixture.bytes;
import static dev.nivel.journal.JournalFixture.write;
import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** I12: what is erased is in no file. */
class JournalEraseTest {
  private static final String PRIVATE = "a private word";
  private static final String LONG = "x".repeat(5_000);
  @TempDir Path directory;
  private JournalFixture fixture;
  private Journal journal;

  @BeforeEach
  void open() {
    fixture = new JournalFixture(directory);
    journal = fixture.open(FsyncPolicy.INTERVAL);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static @Nullable Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void leavesNothingLiveOrDeadInAnySegment() {
    Place first = journal.append(ID, List.of(entry("x", 1, PRIVATE), entry("y", 2, LONG)));
    Place other = journal.append("call-2", List.of(entry("x", 3, LONG)));
    Place last = journal.append(ID, List.of(item(4, PRIVATE)));
    Place active = journal.append("call-3", List.of(item(5, "kept")));
    journal.release(last, 1);
    long live = journal.counts().live();
    assertThat(fixture.isAnywhere(PRIVATE)).isTrue();
    assertThat(fixture.isAnywhere(ID)).isTrue();
    journal.erase(ID, stamp(4));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    assertThat(fixture.isAnywhere(ID)).isFalse();
    assertThat(journal.counts().live()).isEqualTo(live);
    journal.release(first, 2);
    journal.release(other, 1);
    journal.release(active, 1);
    journal.flush();
    assertThat(fixture.segments()).hasSize(1);
  }

  @Test
  void leavesEverythingElseAndItsCounts() {
    journal.append(ID, List.of(item(1, PRIVATE)));
    journal.append("call-2", List.of(item(2, "b"), item(3, "c")));
    journal.append(ID, List.of(item(4, PRIVATE)));
    journal.append("call-3", List.of(item(5, "d")));
    journal.erase(ID, stamp(4));
    journal.append("call-2", List.of(item(6, "e")));
    long bytes = journal.counts().bytes();
    assertThat(fixture.segments().stream().mapToLong(file -> bytes(file).length).sum())
        .isEqualTo(bytes);
    fixture.reopen();
    assertThat(fixture.replayedFields())
        .containsExactly(item(2, "b"), item(3, "c"), item(5, "d"), item(6, "e"));
    assertThat(fixture.report().damages()).isEmpty();
  }

  @Test
  void leavesWhatIsNewerEvenInOneGroup() {
    journal.append(ID, List.of(item(1, PRIVATE), item(2, "newer"), entry("x", 3, "newest")));
    journal.erase(ID, stamp(1));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    fixture.reopen();
    assertThat(fixture.replayedFields())
        .containsExactly(item(2, "newer"), entry("x", 3, "newest"));
  }

  @Test
  void touchesNoFileThatHasNothingOfTheConversation() throws IOException {
    journal.append("call-2", List.of(item(1, LONG), item(2, LONG + LONG)));
    journal.append(ID, List.of(item(3, PRIVATE)));
    List<Path> before = fixture.segments();
    Object untouched = identity(before.get(0));
    Object touched = identity(before.get(1));
    journal.erase(ID, stamp(9));
    assertThat(identity(before.get(0))).isEqualTo(untouched);
    assertThat(identity(before.get(1))).isNotEqualTo(touched);
    Object once = identity(before.get(1));
    journal.erase(ID, stamp(9));
    assertThat(identity(before.get(1))).isEqualTo(once);
  }

  @Test
  void reachesWhatAnEarlierProcessLeft() {
    journal.append(ID, List.of(item(1, PRIVATE), item(2, PRIVATE)));
    journal = fixture.reopen();
    Place place = fixture.places.get(0);
    journal.erase(ID, stamp(2));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    journal.release(place, 2);
    assertThat(journal.counts().live()).isZero();
  }

  @Test
  void isNotUndoneByAWriterThatWasSlow() {
    journal.erase(ID, stamp(5));
    Place place = journal.append(ID, List.of(item(5, PRIVATE), item(6, "newer")));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    assertThat(fixture.isAnywhere("newer")).isTrue();
    Place empty = journal.append(ID, List.of(item(4, PRIVATE)));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    assertThat(journal.counts().live()).isEqualTo(3);
    journal.append("other", List.of(item(7, "keeps the file")));
    journal.release(place, 2);
    journal.release(empty, 1);
    fixture.reopen();
    assertThat(fixture.replayedFields())
        .containsExactly(item(6, "newer"), item(7, "keeps the file"));
  }

  @Test
  void removesWhatACrashLeftOfAnErasure() {
    journal.append(ID, List.of(item(1, PRIVATE)));
    fixture.close();
    Path left = directory.resolve(Segment.fileName(1) + ".tmp");
    write(left, bytes(fixture.segments().get(0)));
    fixture.open(FsyncPolicy.OS);
    assertThat(left).doesNotExist();
    assertThat(fixture.replayedFields()).containsExactly(item(1, PRIVATE));
  }

  @Test
  void removesWhatAFailedErasureOfAnotherConversationLeft() {
    journal.append(ID, List.of(item(1, PRIVATE)));
    journal.append("call-2", List.of(item(2, "other")));
    fixture.disk.isRenameFailing = true;
    assertThatThrownBy(() -> journal.erase("call-2", stamp(2)))
        .isInstanceOf(UnavailableException.class);
    fixture.disk.isRenameFailing = false;
    journal.erase(ID, stamp(1));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
  }

  @Test
  void losesNothingElseInAPowerCutAfterItFailed() {
    journal.append(ID, List.of(item(1, PRIVATE)));
    journal.append("call-2", List.of(item(2, "kept")));
    fixture.disk.isDirectoryFailing = true;
    assertThatThrownBy(() -> journal.erase(ID, stamp(1)))
        .isInstanceOf(UnavailableException.class);
    fixture.disk.isDirectoryFailing = false;
    journal.flush();
    fixture.disk.powerCut.leave(directory, directory.resolve("left"));
    try (JournalFixture left = new JournalFixture(directory.resolve("left"))) {
      left.open(FsyncPolicy.OS);
      assertThat(left.replayedFields()).contains(item(2, "kept"));
    }
  }

  /** Writes three groups, changes a byte of the second, and opens the journal again. */
  private void damage(String conversation, int offset) {
    journal.append("call-2", List.of(item(1, "before")));
    int begin = bytes(fixture.segments().get(0)).length;
    journal.append(conversation, List.of(item(2, PRIVATE)));
    journal.append("call-2", List.of(item(3, "after")));
    fixture.close();
    byte[] changed = bytes(fixture.segments().get(0));
    changed[begin + offset] ^= 1;
    write(fixture.segments().get(0), changed);
    journal = fixture.open(FsyncPolicy.INTERVAL);
    assertThat(fixture.quarantine()).hasSize(1);
  }

  @Test
  void reachesQuarantineAndTheDamageItself() {
    damage(ID, 60);
    journal.erase(ID, stamp(9));
    assertThat(fixture.isAnywhere(PRIVATE.substring(2))).isFalse();
    assertThat(journal.counts().quarantined()).isZero();
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactly(item(1, "before"), item(3, "after"));
    assertThat(fixture.report().damages()).isEmpty();
  }

  @Test
  void deletesDamageOfWhichItCannotBeKnownWhoseItIs() {
    damage(ID, 23); // within the conversation's id
    journal.erase(ID, stamp(9));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    assertThat(journal.counts().quarantined()).isZero();
  }

  @Test
  void leavesDamageOfOtherConversationsInQuarantine() {
    damage("call-3", 60);
    journal.append(ID, List.of(item(4, PRIVATE)));
    journal.erase(ID, stamp(9));
    assertThat(journal.counts().quarantined()).isEqualTo(1);
    journal.erase("call-3", stamp(9));
    assertThat(journal.counts().quarantined()).isZero();
    assertThat(fixture.isAnywhere(PRIVATE.substring(2))).isFalse();
  }

  @Test
  void hasLiveRecordsMovedWhenItFindsASegmentDamaged() {
    Place place = journal.append("call-2", List.of(item(1, "live")));
    journal.append(ID, List.of(item(2, PRIVATE)));
    byte[] changed = bytes(fixture.segments().get(0));
    changed[SegmentHeader.BYTES + 23] ^= 1;
    write(fixture.segments().get(0), changed);
    journal.erase(ID, stamp(9));
    assertThat(fixture.isAnywhere(PRIVATE)).isFalse();
    assertThat(journal.toMove()).contains(place);
    List<Field> live = List.of(item(1, "live"));
    journal.append("call-2", live);
    journal.release(place, 1);
    fixture.reopen();
    assertThat(fixture.replayedFields()).containsExactlyElementsOf(live);
  }
}
