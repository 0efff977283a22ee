package dev.nivel.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ThreadTimesTest {
  @Test
  void knowWhatThreadsAreThereFor() {
    ThreadTimes ownTimes = ThreadTimes.of(ProcessHandle.current().pid());
    assertThat(ownTimes.nanos().get("the compiler")).isPositive();
    assertThat(ownTimes.nanos().get("anything else")).isPositive();
    assertThat(ownTimes.nanos().get("sync to PostgreSQL")).isZero();
  }

  @Test
  void arePrintedForARequest() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ThreadTimes(new LinkedHashMap<>(Map.of("sync", 5_000_000L)))
        .printSince(new ThreadTimes(Map.of("sync", 1_000_000L)), 1_000,
            new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("| sync | 4.0 |\n");
  }
}
