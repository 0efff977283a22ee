package dev.nivel;

import dev.nivel.journal.FsyncPolicy;
import dev.nivel.journal.JournalSettings;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor thinks of the data directory. */
class DirectoryExaminationTest {
  private static final long MEBIBYTE = 1 << 20;

  @TempDir private Path parent;

  private static List<Judgement> judgements(Path directory, Journaling.Mode mode) {
    return new DirectoryExamination(directory, new Journaling.Settings(mode, settings(directory)))
        .checks()
        .stream()
        .flatMap(check -> check.judging().get().stream())
        .toList();
  }

  private static JournalSettings settings(Path directory) {
    return new JournalSettings(directory.resolve("journal"), FsyncPolicy.OS, MEBIBYTE,
        4 * MEBIBYTE);
  }

  @Test
  void isWellIfItCanBeWrittenTo() throws IOException {
    assertThat(judgements(parent, Journaling.Mode.ON)).hasSize(2)
        .allSatisfy(judgement -> assertThat(judgement.verdict()).isEqualTo(Verdict.OK));
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void mustBeMendedIfAFileIsWhereTheJournalIsToBe() throws IOException {
    Files.createFile(parent.resolve("journal"));
    assertThat(judgements(parent, Journaling.Mode.ON).get(0)).satisfies(judgement -> {
      assertThat(judgement.verdict()).isEqualTo(Verdict.MEND);
      assertThat(judgement.seen()).contains(parent.resolve("journal").toString());
      assertThat(judgement.advice()).isNotEmpty();
    });
    assertThat(judgements(parent, Journaling.Mode.OFF).get(0).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void isWellWithAJournal() throws IOException {
    Files.createDirectory(parent.resolve("journal"));
    assertThat(judgements(parent, Journaling.Mode.ON).get(0))
        .isEqualTo(Judgement.ok(parent + ", and the journal in it"));
  }

  @Test
  void isNotMade() {
    Path directory = parent.resolve("a/b");
    assertThat(judgements(directory, Journaling.Mode.ON).get(0).seen())
        .contains("is not there yet, and can be made");
    assertThat(directory).doesNotExist();
  }

  @Test
  void mustBeMendedIfAFileIsInItsPlace() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    assertThat(judgements(file, Journaling.Mode.ON).get(0).verdict()).isEqualTo(Verdict.MEND);
    assertThat(judgements(file.resolve("below"), Journaling.Mode.ON).get(0))
        .isEqualTo(Judgement.mend(file.resolve("below") + " can't be made, for " + file
            + " can't be written to",
            "set NIVEL_DATA_DIR to a directory that this user can write to"));
  }

  @Test
  void needsNoRoomWithoutAJournal() {
    assertThat(judgements(parent, Journaling.Mode.OFF).get(1).verdict())
        .isEqualTo(Verdict.SKIPPED);
  }

  @ParameterizedTest
  @CsvSource({
      "4, 0, OK",
      "3, 1, OK",
      "3, 0, WARNING",
      "1, 0, WARNING",
      "0, 4, MEND"})
  void needsRoomForWhatTheJournalMayStillTake(long freeMebibytes, long usedMebibytes,
      Verdict verdict) {
    assertThat(DirectoryExamination.judge(freeMebibytes * MEBIBYTE, usedMebibytes * MEBIBYTE,
        settings(parent)).verdict()).isEqualTo(verdict);
  }
}
