package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WrappersIT {
  @Test
  void areNoObstacleWhenTheyAreMissing(@TempDir Path path) throws IOException, SQLException {
    Wrappers none = new Wrappers(false, false, Demotion.available());
    try (EmbeddedDirectory directory = open(path, Shared.BINARIES, none);
        EmbeddedServers servers = EmbeddedServers.start(directory, RedisSettings.defaults(),
            PostgresSettings.defaults());
        RedisWire wire = new RedisWire(servers.redis().port())) {
      assertThat(wire.ask("PING")).isEqualTo("+PONG");
      assertThat(Sql.ask(servers.postgres().jdbcUrl(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void areNotThereWhenTheProgramIsMissing() {
    assertThat(Wrappers.works(List.of("no-such-program-of-nivel"))).isFalse();
    assertThat(Wrappers.works(List.of("false"))).isFalse();
  }

  @Test
  void runPostgresAsNobodyWhenRootMayMakeNoNamespace(@TempDir Path path)
      throws IOException, SQLException {
    Demotion demotion = Demotion.isRoot() ? Demotion.NOBODY : Demotion.available();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path binaries = path.resolve("binaries"); // not in the build's own directory, see below
    startAndStop(path, binaries, demotion, "create table kept as select 42 as answer");
    startAndStop(path, binaries, Demotion.available(), "insert into kept values (43)");
    startAndStop(path, binaries, demotion, "insert into kept values (44)");
  }

  @Test
  void sayWhatToDoWhenRootMayDoNeither(@TempDir Path path) {
    try (EmbeddedDirectory directory = open(path, Shared.BINARIES,
        new Wrappers(true, true, Demotion.IMPOSSIBLE))) {
      assertThatExceptionOfType(EmbeddedServerException.class)
          .isThrownBy(() -> EmbeddedPostgres.start(directory, PostgresSettings.defaults()))
          .withMessageContaining("ordinary user");
    }
  }

  /** Nobody must be able to walk to the binaries, which in root's home it could not. */
  private static void startAndStop(Path path, Path binaries, Demotion demotion, String statement)
      throws SQLException {
    try (EmbeddedDirectory directory = open(path, binaries, new Wrappers(true, true, demotion));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(directory,
            PostgresSettings.defaults())) {
      Sql.run(postgres.jdbcUrl(), statement);
    }
  }

  private static EmbeddedDirectory open(Path path, Path binaries, Wrappers wrappers) {
    return EmbeddedDirectory.open(path, binaries, wrappers, FreePort::choose);
  }
}
