package dev.nivel.journal;

import dev.nivel.store.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** I1 and I12 under kill -9: a real process, killed at any instant. */
class JournalKillIT {
  private static final int KILLS = 5;
  private static final int ERASED_MIN = 3;
  @TempDir Path directory;

  /** Runs a child until it has printed enough, kills it, and returns all lines. */
  private static List<String> runAndKill(Path journal, FsyncPolicy fsync, int lines)
      throws IOException, InterruptedException {
    Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java")
        .toString(), "-Xmx128m", "-cp", System.getProperty("java.class.path"),
        JournalChild.class.getName(), journal.toString(), fsync.name())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    List<String> printed = new ArrayList<>();
    int erased = 0;
    try (BufferedReader out = new BufferedReader(
        new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      for (@Nullable String line = out.readLine(); line != null; line = out.readLine()) {
        printed.add(line);
        erased += line.startsWith("erased ") ? 1 : 0;
        if (printed.size() >= lines && erased >= ERASED_MIN) {
          child.toHandle().destroyForcibly(); // unlike the child's own, it lets us read the rest
        }
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as("killed by a signal").isEqualTo(128 + 9);
    return printed;
  }

  @ParameterizedTest
  @EnumSource
  void replaysWhatTheChildHadReportedAndNothingThatItHadErased(FsyncPolicy fsync)
      throws IOException, InterruptedException {
    Random random = new Random(fsync.name().hashCode());
    for (int i = 0; i < KILLS; i++) {
      JournalFixture fixture = new JournalFixture(directory.resolve(fsync + "-" + i));
      List<String> lines = runAndKill(fixture.directory, fsync, 100 + random.nextInt(1_000));
      String left = fixture.allText();
      assertThat(lines.stream().filter(line -> line.startsWith("erased "))).isNotEmpty()
          .noneMatch(line -> left.contains(JournalChild.TEXT + line.substring(7) + " "));
      fixture.open(fsync);
      assertThat(new HashSet<>(fixture.replayed))
          .containsAll(lines.stream().flatMap(JournalKillIT::reported).toList());
      assertThat(fixture.report().damages()).isEmpty();
      fixture.close();
    }
  }

  /** What a line says is in the journal. */
  private static Stream<Write> reported(String line) {
    String[] words = line.split(" ", -1);
    if (!words[0].equals("appended")) {
      return Stream.of();
    }
    int number = Integer.parseInt(words[2]);
    return Stream.of(words[1], words[1] + "-too")
        .map(name -> new Write(words[1], JournalChild.field(name, number)));
  }
}
