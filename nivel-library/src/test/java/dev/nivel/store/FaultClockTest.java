package dev.nivel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class FaultClockTest {
  @TempDir private Path directory;
  private final AtomicLong nanos = new AtomicLong(7);

  private Path file() {
    return directory.resolve("clock");
  }

  private FaultClock clock() {
    return new FaultClock(file(), nanos::get);
  }

  @Test
  void isRightWithoutAFile() {
    assertThat(clock().millis()).isZero();
  }

  @Test
  void followsTheFileWithinMilliseconds() throws IOException {
    FaultClock clock = clock();
    Files.writeString(file(), "70000\n");
    assertThat(clock.millis()).isEqualTo(70_000);
    Files.writeString(file(), "-3600000");
    assertThat(clock.millis()).isEqualTo(70_000);
    nanos.addAndGet(5_000_000);
    assertThat(clock.millis()).isEqualTo(-3_600_000);
    Files.delete(file());
    nanos.addAndGet(5_000_000);
    assertThat(clock.millis()).isZero();
  }

  @Test
  void staysAsItWasWhileTheFileIsWritten() throws IOException {
    FaultClock clock = clock();
    Files.writeString(file(), "1000");
    assertThat(clock.millis()).isEqualTo(1_000);
    Files.writeString(file(), "");
    nanos.addAndGet(5_000_000);
    assertThat(clock.millis()).isEqualTo(1_000);
  }

  @Test
  void leavesTheTimeAloneUnlessATestWantsIt() {
    assertThat(FaultClock.offsetMillis()).isZero();
    assertThat(Time.SYSTEM.millis()).isCloseTo(System.currentTimeMillis(), within(60_000L));
  }
}
