package dev.nivel.faults;

import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.NodeSettings;
import dev.nivel.faults.cluster.SmallDisk;
import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Version;
import dev.nivel.faults.load.NodeClient;
import dev.nivel.faults.load.Texts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** I1 on a disk without room. Where none can be mounted, the reports say why this was left out. */
class FullDiskIT {
  private static final String CALL = "call";
  private static final int WRITES = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  @TempDir(cleanup = CleanupMode.ON_SUCCESS) private Path directory;
  private @Nullable Cluster running;

  @TestFactory
  Stream<DynamicTest> aServerWithoutRoomOnItsDisk() {
    Optional<String> refusal = SmallDisk.refusal();
    if (refusal.isPresent()) {
      String name = "was not tried, because no disk can be mounted: " + refusal.get();
      return Stream.of(DynamicTest.dynamicTest(name, () -> System.err.println(name)));
    }
    return Stream.of(test("journals later what was in Redis only", this::journalsLater),
        test("refuses writes that the journal must have", this::refuses),
        test("starts, and journals when there is room", this::starts));
  }

  private DynamicTest test(String name, Executable body) {
    return DynamicTest.dynamicTest(name, () -> {
      try (Cluster started = Cluster.start(directory.resolve(name.replace(' ', '-')))) {
        running = started;
        body.execute();
      }
    });
  }

  private Cluster cluster() {
    return Objects.requireNonNull(running);
  }

  private NodeClient server() {
    return new NodeClient(cluster().nodes().getFirst()::url);
  }

  /** A server that syncs nothing by itself while a test lasts. */
  private void serve(boolean isJournalRequired) {
    cluster().use(new NodeSettings(1, 100, 3_600, 300, isJournalRequired));
  }

  private static String text(int number) {
    return Texts.text(CALL, "writer-" + number, "-".repeat(2_000));
  }

  private Operation put(int number) {
    return server().call(
        new Call(0, 0, Kind.PUT, CALL, "slot-" + number, List.of(text(number)), 0));
  }

  private List<String> putDurability(int number) {
    Operation put = put(number);
    assertThat(put.isOk()).as(put.describe(0)).isTrue();
    return put.reply().durability();
  }

  private JsonNode journal() {
    return server().metrics().path("journal");
  }

  private boolean isJournalWritable() {
    return journal().path("writable").booleanValue(false);
  }

  /** What fits into the last page may still be written. */
  private void fill() {
    cluster().disk(0).fill();
    await().atMost(PATIENCE).until(() -> !put(WRITES).isOk() || !isJournalWritable());
  }

  private void assertThatAllIsThere() {
    await().atMost(PATIENCE).untilAsserted(() -> {
      Operation read = server().call(new Call(0, 0, Kind.READ_ALL, CALL, "", List.of(), 0));
      List<String> texts = read.reply()
          .seen()
          .entries()
          .values()
          .stream()
          .map(Version::text)
          .toList();
      assertThat(texts).containsAll(IntStream.range(0, WRITES).mapToObj(FullDiskIT::text).toList());
    });
  }

  private void journalsLater() {
    serve(false);
    fill();
    for (int number = 0; number < WRITES; number++) {
      assertThat(putDurability(number)).containsExactly("redis");
    }
    cluster().disk(0).free();
    await().atMost(PATIENCE)
        .until(() -> isJournalWritable() && journal().path("live").longValue(0) > WRITES);
    cluster().nodes().getFirst().kill();
    cluster().redis().kill();
    cluster().redis().deleteFiles();
    cluster().redis().restart();
    cluster().nodes().getFirst().start();
    assertThatAllIsThere();
  }

  private void refuses() {
    serve(true);
    assertThat(putDurability(0)).containsExactly("redis", "journal");
    fill();
    assertThat(put(1).reply().status()).isEqualTo(503);
    cluster().disk(0).free();
    await().atMost(PATIENCE).until(this::isJournalWritable);
    assertThat(putDurability(1)).containsExactly("redis", "journal");
  }

  private void starts() {
    serve(false);
    cluster().nodes().getFirst().end();
    cluster().disk(0).fill();
    cluster().nodes().getFirst().start();
    assertThat(putDurability(0)).containsExactly("redis");
    cluster().disk(0).free();
    await().atMost(PATIENCE).until(this::isJournalWritable);
    assertThat(putDurability(1)).containsExactly("redis", "journal");
  }
}
