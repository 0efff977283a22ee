package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ServerLogTest {
  @Test
  void hearsOnlyWhatThisStartSaid(@TempDir Path home) throws IOException {
    append(ServerLog.continueIn(home), "Ready\n");
    ServerLog log = ServerLog.continueIn(home);
    assertThat(log.says("Ready")).isFalse();
    append(log, "Ready\n");
    assertThat(log.says("Ready")).isTrue();
  }

  @Test
  void quotesTheLastLines(@TempDir Path home) throws IOException {
    ServerLog log = ServerLog.continueIn(home);
    for (int i = 1; i <= 20; i++) {
      append(log, "line " + i + "\n\n");
    }
    assertThat(log.excerpt()).startsWith("\n  line 9\n").endsWith("\n  line 20");
  }

  @Test
  void quotesNoConfiguration(@TempDir Path home) throws IOException {
    ServerLog log = ServerLog.continueIn(home);
    append(log, """
        Reading the configuration file, at line 5
        >>> 'user alice on >it's'
        Error in user declaration 'it's': Syntax error
        """);
    assertThat(log.excerpt()).isEqualTo("\n  Reading the configuration file, at line 5"
        + "\n  >>> 'user ...'\n  Error in user declaration '...': Syntax error");
  }

  @Test
  void isReadableForItsOwnerOnly(@TempDir Path home) throws IOException {
    Path path = ServerLog.continueIn(home).path();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void putsALargeLogAside(@TempDir Path home) throws IOException {
    append(ServerLog.continueIn(home), "x".repeat((1 << 20) + 1));
    assertThat(ServerLog.continueIn(home).startBytes()).isZero();
    assertThat(home.resolve("server.log.1")).exists();
  }

  private static void append(ServerLog log, String text) throws IOException {
    Files.writeString(log.path(), text, StandardOpenOption.APPEND);
  }
}
