package dev.nivel.journal;

import dev.nivel.journal.ReplayReport.Damage;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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

/** Files that are not what was written. */
class JournalDamageTest {
  private static final List<Field> FIRST = List.of(entry("x", 1, "first"), item(2, "of two"));
  private static final List<Field> SECOND = List.of(entry("y", 3, "second"), item(4, "one more"));
  private static final List<Field> THIRD = List.of(entry("z", 5, "third"));
  @TempDir Path directory;
  private JournalFixture fixture;
  private Path segment;
  private byte[] whole;
  private int secondOffset;
  private int thirdOffset;

  @BeforeEach
  void writeThreeGroups() {
    fixture = new JournalFixture(directory);
    Journal journal = fixture.open(FsyncPolicy.OS);
    segment = fixture.segments().get(0);
    journal.append(ID, FIRST);
    secondOffset = bytes(segment).length;
    journal.append("call-2", SECOND);
    thirdOffset = bytes(segment).length;
    journal.append(ID, THIRD);
    journal.close();
    whole = bytes(segment);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Opens what was written with other bytes in its first segment, in the state of a crash. */
  private void replay(byte[] changed) {
    fixture.close();
    JournalFixture.files(directory).forEach(JournalFixture::delete);
    fixture.quarantine().forEach(JournalFixture::delete);
    write(segment, changed);
    fixture.open(FsyncPolicy.OS);
  }

  private void assertReplayed(List<List<Field>> groups) {
    assertThat(fixture.replayedFields())
        .containsExactlyElementsOf(groups.stream().flatMap(List::stream).toList());
  }

  @Test
  void cutsATornEndWhereverItIsTorn() {
    for (int length = thirdOffset; length < whole.length; length++) {
      replay(Arrays.copyOf(whole, length));
      assertReplayed(List.of(FIRST, SECOND));
      assertThat(fixture.report().tornBytes()).isEqualTo(length - thirdOffset);
      assertThat(fixture.report().damages()).isEmpty();
      assertThat(bytes(segment)).hasSize(thirdOffset);
      fixture.reopen();
      assertReplayed(List.of(FIRST, SECOND));
      assertThat(fixture.report().tornBytes()).isZero();
      assertThat(fixture.report().damages()).isEmpty();
    }
  }

  @Test
  void cutsATornEndOfZeros() { // a power cut keeps the length and loses the pages
    for (int from = thirdOffset; from < whole.length; from += 7) {
      byte[] changed = whole.clone();
      Arrays.fill(changed, from, whole.length, (byte) 0);
      replay(Arrays.copyOf(changed, whole.length + 500));
      assertReplayed(List.of(FIRST, SECOND));
      assertThat(fixture.report().damages()).isEmpty();
    }
  }

  @Test
  void survivesAnEndAnywhereInTheHeader() {
    for (int length = 0; length <= SegmentHeader.BYTES; length += 256) {
      replay(Arrays.copyOf(whole, length));
      assertThat(fixture.replayed).isEmpty();
      assertThat(fixture.report().damages()).isEmpty();
    }
  }

  @Test
  void reportsEveryChangedByteInTheMiddleAndReplaysTheRest() {
    Random random = new Random(1);
    for (int at = secondOffset; at < thirdOffset; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 + random.nextInt(255));
      replay(changed);
      assertReplayed(List.of(FIRST, THIRD));
      int length = thirdOffset - secondOffset;
      assertThat(fixture.report().damages())
          .containsExactly(new Damage(1, secondOffset, length));
      assertThat(fixture.report().tornBytes()).isZero();
      assertThat(fixture.quarantine()).hasSize(1);
      byte[] piece = bytes(fixture.quarantine().get(0));
      assertThat(Arrays.copyOfRange(piece, SegmentHeader.BYTES, piece.length))
          .isEqualTo(Arrays.copyOfRange(changed, secondOffset, thirdOffset));
    }
  }

  @Test
  void reportsDamageAtTheEndOfASegmentThatIsNotTheLast() {
    byte[] changed = whole.clone();
    changed[whole.length - 1] ^= 1;
    fixture.close();
    write(segment, changed);
    Path next = segment.resolveSibling(Segment.fileName(2));
    write(next, SegmentHeader.of(2, 5).encode());
    Journal journal = fixture.open(FsyncPolicy.OS);
    assertReplayed(List.of(FIRST, SECOND));
    assertThat(fixture.report().damages()).hasSize(1);
    assertThat(journal.counts().quarantined()).isEqualTo(1);
  }

  @Test
  void reportsAdjacentDamageOnceAndCountsItTowardsTheBound() {
    byte[] changed = whole.clone();
    changed[SegmentHeader.BYTES + 40] ^= 1;
    changed[secondOffset + 2] ^= 1;
    long undamaged = (long) whole.length + SegmentHeader.BYTES;
    replay(changed);
    assertReplayed(List.of(THIRD));
    int length = thirdOffset - SegmentHeader.BYTES;
    assertThat(fixture.report().damages())
        .containsExactly(new Damage(1, SegmentHeader.BYTES, length));
    Journal journal = fixture.reopen();
    assertThat(journal.counts().quarantined()).isEqualTo(1);
    assertThat(journal.counts().bytes() - undamaged)
        .isGreaterThanOrEqualTo(SegmentHeader.BYTES + length);
    journal.erase("nobody", FIRST.get(0).stamp());
    assertThat(journal.counts().quarantined()).isZero();
  }

  @Test
  void readsASegmentWithABrokenHeader() {
    for (int at = 0; at < SegmentHeader.BYTES; at += 2) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x55;
      replay(changed);
      assertReplayed(List.of(FIRST, SECOND, THIRD));
    }
  }

  @Test
  void movesASegmentWithoutAnyHeaderIntoQuarantine() {
    byte[] changed = whole.clone();
    Arrays.fill(changed, 0, SegmentHeader.BYTES, (byte) 0);
    replay(changed);
    assertThat(fixture.replayed).isEmpty();
    assertThat(fixture.report().damages()).containsExactly(new Damage(1, 0, whole.length));
    assertThat(bytes(fixture.quarantine().get(0))).isEqualTo(changed);
    fixture.reopen().flush();
    assertThat(fixture.report().damages()).isEmpty();
    assertThat(fixture.quarantine()).hasSize(1);
  }

  @Test
  void keepsASegmentThatCannotBeReadForTheNextStart() { // I1
    fixture.close();
    write(segment, whole);
    fixture.disk.isReadFailing = true;
    Journal journal = fixture.open(FsyncPolicy.OS);
    assertThat(fixture.report().damages()).hasSize(1);
    Field last = item(9, "goes on");
    journal.append(ID, List.of(last));
    assertThatThrownBy(() -> journal.erase(ID, stamp(1)))
        .isInstanceOf(UnavailableException.class);
    journal.flush();
    fixture.disk.isReadFailing = false;
    fixture.reopen();
    assertReplayed(List.of(FIRST, SECOND, THIRD, List.of(last)));
    assertThat(fixture.report().damages()).isEmpty();
  }

  @Test
  void keepsWhatItCannotCopyIntoQuarantine() {
    byte[] changed = whole.clone();
    changed[secondOffset + 50] ^= 1;
    fixture.close();
    write(segment, changed);
    fixture.disk.isRenameFailing = true;
    Journal journal = fixture.open(FsyncPolicy.OS);
    fixture.places.forEach(place -> journal.release(place, 1));
    journal.flush();
    assertThat(segment).exists();
    fixture.disk.isRenameFailing = false;
    Journal again = fixture.reopen();
    fixture.places.forEach(place -> again.release(place, 1));
    again.flush();
    assertThat(segment).doesNotExist();
    assertThat(fixture.quarantine()).hasSize(1);
  }

  /** I6: who can choose a value can't make it pass for records, even if its head is damaged. */
  @Test
  void takesNothingInsideAValueForARecord() {
    byte[] forged = Group.of(0, "call-2", THIRD, 1 << 20).bytes();
    Field carrier = new Entry("x", new Stamp(7), Value.of(forged, "text/plain"), 0);
    Journal journal = fixture.reopen();
    journal.append(ID, List.of(carrier));
    journal.append(ID, FIRST);
    journal.close();
    Path carrying = fixture.segments().get(1);
    byte[] changed = bytes(carrying);
    changed[SegmentHeader.BYTES] ^= 1;
    write(carrying, changed);
    write(segment, whole);
    fixture.open(FsyncPolicy.OS);
    assertReplayed(List.of(FIRST, SECOND, THIRD, FIRST));
    assertThat(fixture.report().damages()).hasSize(1);
  }

  @Test
  void survivesNoiseOfAnyKind() {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      byte[] changed = whole.clone();
      int from = random.nextInt(changed.length);
      byte[] noise = new byte[random.nextInt(changed.length - from)];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, changed, from, noise.length);
      replay(changed);
      assertThat(fixture.replayedFields()).isSubsetOf(
          FIRST.get(0), FIRST.get(1), SECOND.get(0), SECOND.get(1), THIRD.get(0));
    }
  }
}
