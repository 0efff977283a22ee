package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class OwnerDeathIT {
  private static final Duration KERNEL_MAX = Duration.ofMinutes(2);

  @Nested
  class WhenTheOwnerIsKilled {
    @Test
    void leavesNoServerRunningAndNothingLost(@TempDir Path path) throws Exception {
      try (OwnerProcess owner = OwnerProcess.start(path, "wrapped")) {
        store(owner);
        owner.kill();
        await().atMost(KERNEL_MAX)
            .until(() -> !owner.redis().isRunning() && !owner.postgres().isRunning());
        requireStored(path);
      }
    }

    @Test
    void endsAtTheNextOpeningWhatTheKernelDidNotEnd(@TempDir Path path) throws Exception {
      try (OwnerProcess owner = OwnerProcess.start(path, "bare")) {
        store(owner);
        owner.kill();
        assertThat(owner.redis().isRunning()).isTrue();
        assertThat(owner.postgres().isRunning()).isTrue();
        requireStored(path);
        assertThat(owner.redis().isRunning()).isFalse();
        assertThat(owner.postgres().isRunning()).isFalse();
      }
    }

    @Test
    void endsAtTheNextOpeningWhatWasFrozen(@TempDir Path path) throws Exception {
      try (OwnerProcess owner = OwnerProcess.start(path, "wrapped")) {
        store(owner);
        owner.redis().freeze();
        owner.postgres().freeze();
        owner.kill();
        requireStored(path);
        assertThat(owner.redis().isRunning()).isFalse();
        assertThat(owner.postgres().isRunning()).isFalse();
      }
    }
  }

  @Nested
  class WhileTheOwnerLives {
    @Test
    void refusesAnotherOwnerAndNamesIt(@TempDir Path path) throws Exception {
      try (OwnerProcess owner = OwnerProcess.start(path, "wrapped")) {
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(() -> EmbeddedDirectory.open(path, Shared.BINARIES))
            .withMessageContaining(path.toString())
            .withMessageContaining("process " + owner.pid());
        assertThat(owner.redis().isRunning()).isTrue();
      }
    }
  }

  @Nested
  class WhenASignalReachesTheWholeProcessGroup {
    /** As Ctrl-C in a terminal does; TERM, because a shell may start this build without INT. */
    @Test
    void leavesTheServersToTheOwnerUntilItClosesThem(@TempDir Path path) throws Exception {
      try (OwnerProcess owner = OwnerProcess.start(path, "wrapped")) {
        Signal.TERM.send(List.of(-owner.pid()));
        assertThat(owner.rest()).containsSubsequence("REDIS +PONG", "POSTGRES 1", "CLOSED");
        assertThat(owner.redis().isRunning()).isFalse();
        assertThat(owner.postgres().isRunning()).isFalse();
      }
    }
  }

  private static void store(OwnerProcess owner) throws IOException, SQLException {
    try (RedisWire wire = new RedisWire(owner.redisPort())) {
      assertThat(wire.ask("SET", "key", "value")).isEqualTo("+OK");
    }
    Sql.run(owner.jdbcUrl(), "create table kept as select 42 as answer");
  }

  private static void requireStored(Path path) throws IOException, SQLException {
    try (EmbeddedDirectory directory = EmbeddedDirectory.open(path, Shared.BINARIES);
        EmbeddedServers servers = EmbeddedServers.start(directory, RedisSettings.defaults(),
            PostgresSettings.defaults());
        RedisWire wire = new RedisWire(servers.redis().port())) {
      assertThat(wire.ask("GET", "key")).isEqualTo("$value");
      assertThat(Sql.ask(servers.postgres().jdbcUrl(), "select answer from kept"))
          .isEqualTo("42");
    }
  }
}
