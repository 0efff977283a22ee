package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DirectoryLockTest {
  @Test
  void refusesASecondOwnerInTheSameProcessEachTime(@TempDir Path directory) throws IOException {
    try (DirectoryLock first = DirectoryLock.take(directory)) {
      for (int i = 0; i < 2; i++) {
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(() -> DirectoryLock.take(first.directory()))
            .withMessageContaining(directory.toString())
            .withMessageContaining("process " + ProcessHandle.current().pid());
      }
    }
  }

  @Test
  void canBeTakenAgainAfterItWasGivenUp(@TempDir Path directory) throws IOException {
    DirectoryLock.take(directory).close();
    assertThatCode(() -> DirectoryLock.take(directory).close()).doesNotThrowAnyException();
  }

  @Test
  void isNotKeptByWhatAKilledOwnerLeft(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("embedded.owner"),
        ProcessHandle.current().pid() + " 2001-01-01T00:00:00Z");
    assertThatCode(() -> DirectoryLock.take(directory).close()).doesNotThrowAnyException();
  }
}
