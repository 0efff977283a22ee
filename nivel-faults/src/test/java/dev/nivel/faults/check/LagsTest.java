package dev.nivel.faults.check;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LagsTest {
  private static final long MILLI = 1_000_000;

  @Test
  void tellTheQuantilesOfAllHistories() {
    Lags all = new Lags();
    for (int history = 0; history < 2; history++) {
      Lags lags = new Lags();
      for (int i = 0; i < 1_000; i++) {
        String read = "read " + i + " ".repeat(3_000);
        lags.add(i < 980 ? 0 : i * MILLI, () -> read);
      }
      lags.addMarked();
      all.add(lags);
    }
    assertThat(all.describe()).isEqualTo("reads not marked as stale 2000, 40 of them missed a"
        + " write, for p50 0.0, p99 990.0, p99.9 999.0, at most 999.0 ms; marked as stale 2");
    assertThat(all.worst()).startsWith("read 999 ").hasSize(2_000);
  }

  @Test
  void sayOfNoReadsThatThereWereNone() {
    assertThat(new Lags().describe()).startsWith("reads not marked as stale 0, 0 of them");
  }
}
