package dev.nivel.journal;

import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random calls on a disk that fails at random, next to a model of what must come of them, and of
 * what the death of the process or a power cut leaves at any instant.
 */
class JournalModelTest {
  private static final int SEEDS = 12;
  private static final int STEPS = 120;
  @TempDir Path directory;

  @Test
  void losesNothingThatIsLiveAndKeepsNothingThatIsErasedWhateverFails() {
    for (FsyncPolicy fsync : FsyncPolicy.values()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        new Run(directory.resolve(fsync + "-" + seed), fsync, seed).run();
      }
    }
  }

  /** What was appended and not released. */
  private record Held(String conversation, Field field, Place place) {}

  private static final class Run {
    private final JournalFixture fixture;
    private final Random random;
    private final FsyncPolicy fsync;
    private final int seed;
    /** Erased for good. */
    private final Set<Field> gone = new HashSet<>();
    private final List<Held> held = new ArrayList<>();
    private final Set<Field> attempted = new HashSet<>();
    /** What was appended before the last flush that had no failure. */
    private Set<Field> flushed = Set.of();
    /** Erasures that were begun: what they reach may be gone even if they failed. */
    private final Map<String, Stamp> erased = new HashMap<>();
    private Journal journal;
    private int clock;

    Run(Path directory, FsyncPolicy fsync, int seed) {
      fixture = new JournalFixture(directory);
      this.fsync = fsync;
      this.seed = seed;
      random = new Random(seed);
      journal = fixture.open(fsync);
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
        assertThat(journal.counts().live()).as("seed " + seed).isEqualTo(held.size());
        if (i % 10 == 0) {
          die("-died-" + i);
          cutPower("-cut-" + i);
        }
      }
      fixture.close();
    }

    private void step() {
      clock++;
      switch (random.nextInt(12)) {
        case 0 -> fixture.disk.roomBytes.set(random.nextInt(8_000));
        case 1 -> fixture.disk.isForceFailing = true;
        case 2 -> fixture.disk.isTruncateFailing = random.nextBoolean();
        case 3 -> {
          fixture.disk.isRenameFailing = random.nextBoolean();
          fixture.disk.isDirectoryFailing = random.nextBoolean();
        }
        case 4 -> heal();
        case 5, 6 -> flush();
        case 7 -> erase("call-" + random.nextInt(4));
        case 8 -> releaseSome();
        default -> append("call-" + random.nextInt(4));
      }
    }

    private void heal() {
      fixture.disk.roomBytes.set(Long.MAX_VALUE);
      fixture.disk.isForceFailing = false;
      fixture.disk.isTruncateFailing = false;
      fixture.disk.isRenameFailing = false;
      fixture.disk.isDirectoryFailing = false;
      fixture.time.pass(Duration.ofSeconds(2));
    }

    private void append(String conversation) {
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        fields.add(entry("e" + i, clock, conversation + " at " + clock + "." + "x".repeat(2_000)));
      }
      appended(conversation, fields);
    }

    private boolean appended(String conversation, List<Field> fields) {
      attempted.addAll(fields);
      try {
        Place place = journal.append(conversation, fields);
        fields.forEach(field -> held.add(new Held(conversation, field, place)));
        return true;
      } catch (UnavailableException e) {
        return false;
      }
    }

    private void flush() {
      long failures = journal.counts().fsyncFailures();
      journal.flush();
      if (journal.toMove().isEmpty() && journal.counts().fsyncFailures() == failures) {
        flushed = held.stream().map(Held::field).collect(Collectors.toSet());
      }
      Optional<Place> moved = journal.toMove();
      List<Held> moving = held.stream()
          .filter(each -> moved.equals(Optional.of(each.place())))
          .toList();
      for (Held each : moving) {
        if (appended(each.conversation(), List.of(each.field()))) {
          release(each);
        }
      }
    }

    private void release(Held each) {
      held.remove(each);
      journal.release(each.place(), 1);
    }

    private void releaseSome() {
      List.copyOf(held).stream().filter(each -> random.nextInt(3) > 0).forEach(this::release);
    }

    private void erase(String conversation) {
      erased.put(conversation, stamp(clock));
      try {
        journal.erase(conversation, stamp(clock));
      } catch (UnavailableException e) {
        return; // and then something may be left
      }
      assertThat(fixture.isAnywhere(conversation + " at ")).as("seed " + seed).isFalse();
      attempted.stream()
          .filter(field -> textOf(field).startsWith(conversation))
          .forEach(gone::add);
    }

    private static String textOf(Field field) {
      return field instanceof Entry entry ? entry.value().text() : "";
    }

    private Path sibling(String suffix) {
      return fixture.directory.resolveSibling(fixture.directory.getFileName() + suffix);
    }

    /** Opens a copy of the files as they are now. */
    private void die(String suffix) {
      Path copy = sibling(suffix);
      try {
        Files.createDirectories(copy);
        for (Path file : JournalFixture.files(fixture.directory)) {
          if (!file.toString().endsWith(".owner")) {
            Files.copy(file, copy.resolve(file.getFileName()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      assertReplays(copy, held.stream().filter(this::isLeft).map(Held::field).toList());
    }

    /** Opens what was forced. */
    private void cutPower(String suffix) {
      Path copy = sibling(suffix);
      fixture.disk.powerCut.leave(fixture.directory, copy);
      assertReplays(copy, held.stream()
          .filter(this::isLeft)
          .map(Held::field)
          .filter(field -> fsync == FsyncPolicy.ALWAYS || flushed.contains(field))
          .filter(field -> fsync != FsyncPolicy.OS)
          .toList());
    }

    private void assertReplays(Path copy, List<Field> live) {
      try (JournalFixture after = new JournalFixture(copy)) {
        after.open(FsyncPolicy.OS);
        assertThat(after.replayedFields()).as("%s seed %s", fsync, seed)
            .containsAll(live)
            .allMatch(attempted::contains);
        assertThat(Collections.disjoint(after.replayedFields(), gone)).isTrue();
      }
    }

    private boolean isLeft(Held each) {
      return each.field()
          .stamp()
          .isNewerThan(
              erased.getOrDefault(each.conversation(), Stamp.NONE));
    }
  }
}
