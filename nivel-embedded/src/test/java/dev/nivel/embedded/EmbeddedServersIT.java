package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EmbeddedServersIT {
  private static final RedisSettings BAD_REDIS = RedisSettings.defaults().withLines("bad 1");
  private static final PostgresSettings BAD_POSTGRES = PostgresSettings.defaults()
      .withParameter("bad", "1");

  @Test
  void startsBothAndEndsBoth(@TempDir Path path) throws IOException, SQLException {
    try (EmbeddedDirectory directory = EmbeddedDirectory.open(path, Shared.BINARIES)) {
      EmbeddedServers servers = EmbeddedServers.start(directory, RedisSettings.defaults(),
          PostgresSettings.defaults());
      try (RedisWire wire = new RedisWire(servers.redis().port())) {
        assertThat(wire.ask("PING")).isEqualTo("+PONG");
      }
      assertThat(Sql.ask(servers.postgres().jdbcUrl(), "select 1")).isEqualTo("1");
      servers.close();
      assertThat(servers.redis().isRunning()).isFalse();
      assertThat(servers.postgres().isRunning()).isFalse();
    }
  }

  @Test
  void leavesNothingRunningWhenPostgresDoesNotStart(@TempDir Path path) {
    try (EmbeddedDirectory directory = EmbeddedDirectory.open(path, Shared.BINARIES)) {
      assertThatExceptionOfType(EmbeddedServerException.class)
          .isThrownBy(
              () -> EmbeddedServers.start(directory, RedisSettings.defaults(), BAD_POSTGRES))
          .withMessageContaining("postgres");
      assertThat(Residents.of(directory.path())).isEmpty();
    }
  }

  @Test
  void leavesNothingRunningWhenRedisDoesNotStart(@TempDir Path path) {
    try (EmbeddedDirectory directory = EmbeddedDirectory.open(path, Shared.BINARIES)) {
      assertThatExceptionOfType(EmbeddedServerException.class)
          .isThrownBy(
              () -> EmbeddedServers.start(directory, BAD_REDIS, PostgresSettings.defaults()))
          .withMessageContaining("redis");
      assertThat(Residents.of(directory.path())).isEmpty();
    }
  }

  @Test
  void standsBesideAnotherPairInAnotherDirectory(@TempDir Path one, @TempDir Path two)
      throws IOException, SQLException {
    try (EmbeddedDirectory second = EmbeddedDirectory.open(two, Shared.BINARIES);
        EmbeddedServers others = EmbeddedServers.start(second, RedisSettings.defaults(),
            PostgresSettings.defaults())) {
      try (EmbeddedDirectory first = EmbeddedDirectory.open(one, Shared.BINARIES);
          EmbeddedServers servers = EmbeddedServers.start(first, RedisSettings.defaults(),
              PostgresSettings.defaults())) {
        assertThat(servers.redis().port()).isNotEqualTo(others.redis().port());
        assertThat(servers.postgres().port()).isNotEqualTo(others.postgres().port());
      }
      assertThat(Residents.of(one.toRealPath())).isEmpty();
      assertThat(others.redis().isRunning()).isTrue();
      assertThat(Sql.ask(others.postgres().jdbcUrl(), "select 1")).isEqualTo("1");
    }
  }
}
