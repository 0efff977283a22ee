package dev.nivel.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmbeddedPostgresIT {
  private EmbeddedDirectory directory;

  @BeforeEach
  void open(@TempDir Path path) {
    directory = EmbeddedDirectory.open(path, Shared.BINARIES);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Nested
  class WhenItRuns {
    @Test
    void isDurableAndLocal() throws SQLException {
      try (EmbeddedPostgres postgres = start();
          Connection connection = DriverManager.getConnection(postgres.jdbcUrl())) {
        assertThat(Sql.ask(connection, "show server_version")).startsWith("18.");
        assertThat(Sql.ask(connection, "show fsync")).isEqualTo("on");
        assertThat(Sql.ask(connection, "show synchronous_commit")).isEqualTo("on");
        assertThat(Sql.ask(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(Sql.ask(connection, "show unix_socket_directories")).isEmpty();
        assertThat(Sql.ask(connection, "show max_connections")).isEqualTo("50");
        assertThat(Sql.ask(connection, "show server_encoding")).isEqualTo("UTF8");
        assertThat(Sql.ask(connection, "select datcollate || datctype || datlocale"
            + " from pg_database where datname = 'postgres'")).isEqualTo("C.UTF-8".repeat(3));
      }
    }

    @Test
    void takesFurtherParameters() throws SQLException {
      PostgresSettings settings = PostgresSettings.defaults()
          .withParameter("max_connections", "7")
          .withParameter("log_statement", "none");
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, settings)) {
        assertThat(Sql.ask(postgres.jdbcUrl(), "show max_connections")).isEqualTo("7");
      }
    }

    @Test
    void saysItsAddressForOthersToo() throws IOException {
      try (EmbeddedPostgres postgres = start()) {
        URI url = URI.create(postgres.url());
        assertThat(url.getScheme()).isEqualTo("postgresql");
        assertThat(url.getUserInfo()).isEqualTo("postgres:" + password());
        assertThat(url.getPort()).isEqualTo(postgres.port());
        assertThat(url.getPath()).isEqualTo("/postgres");
      }
    }

    @Test
    void refusesAWrongPassword() {
      try (EmbeddedPostgres postgres = start()) {
        String url = postgres.jdbcUrl().replaceFirst("password=.*", "password=wrong");
        assertThatThrownBy(() -> Sql.ask(url, "select 1")).isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      }
    }

    @Test
    void showsItsPasswordOnlyToItsOwner() throws IOException {
      try (EmbeddedPostgres postgres = start()) {
        String password = password();
        assertThat(CommandLine.of(postgres.pid()).arguments())
            .noneMatch(argument -> argument.contains(password));
        assertThat(PosixFilePermissions.toString(
            Files.getPosixFilePermissions(home().resolve("password")))).isEqualTo("rw-------");
      }
    }

    @Test
    void refusesToStartASecondTimeOnItsFiles() {
      try (EmbeddedPostgres postgres = start()) {
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(EmbeddedPostgresIT.this::start)
            .withMessageContaining("pid " + postgres.pid());
      }
    }
  }

  @Nested
  class WhenItEnds {
    @Test
    void comesBackOnTheSamePortWithWhatItHadCommittedWhenItWasKilled() throws SQLException {
      try (EmbeddedPostgres postgres = start()) {
        int port = postgres.port();
        Sql.run(postgres.jdbcUrl(), "create table kept as select 42 as answer");
        postgres.kill();
        postgres.restart();
        assertThat(postgres.port()).isEqualTo(port);
        assertThat(Sql.ask(postgres.jdbcUrl(), "select answer from kept")).isEqualTo("42");
      }
    }

    @Test
    void keepsItsDataAndPasswordForALaterStart() throws SQLException {
      String password;
      try (EmbeddedPostgres postgres = start()) {
        Sql.run(postgres.jdbcUrl(), "create table kept as select 42 as answer");
        password = postgres.jdbcUrl().replaceFirst(".*password=", "");
      }
      try (EmbeddedPostgres postgres = start()) {
        assertThat(postgres.jdbcUrl()).endsWith(password);
        assertThat(Sql.ask(postgres.jdbcUrl(), "select answer from kept")).isEqualTo("42");
      }
    }

    @Test
    void doesNotWaitForItsClients() throws SQLException, IOException {
      try (EmbeddedPostgres postgres = start();
          Connection connection = DriverManager.getConnection(postgres.jdbcUrl())) {
        postgres.stop();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(log()).contains("database system is shut down");
      }
    }

    @Test
    void beginsAnewWhenItsFilesWereNeverFinished() throws IOException, SQLException {
      Files.createDirectories(home().resolve("files.part").resolve("base"));
      Files.writeString(home().resolve("files.part").resolve("PG_VERSION"), "18\n");
      try (EmbeddedPostgres postgres = start()) {
        assertThat(Sql.ask(postgres.jdbcUrl(), "select 1")).isEqualTo("1");
      }
    }
  }

  @Nested
  class WhenItIsFrozen {
    @Test
    void answersOnOpenConnectionsOnlyAfterItThaws() throws SQLException {
      try (EmbeddedPostgres postgres = start();
          Connection open = DriverManager.getConnection(postgres.jdbcUrl())) {
        assertThat(Sql.ask(open, "select 1")).isEqualTo("1");
        postgres.freeze();
        open.setNetworkTimeout(Runnable::run, 200);
        assertThatThrownBy(() -> Sql.ask(open, "select 1")).isInstanceOf(SQLException.class);
        postgres.thaw();
        assertThat(Sql.ask(postgres.jdbcUrl(), "select 1")).isEqualTo("1");
      }
    }

    @Test
    void canBeClosed() throws IOException {
      try (EmbeddedPostgres postgres = start()) {
        postgres.freeze();
        postgres.stop();
        assertThat(postgres.isRunning()).isFalse();
        assertThat(log()).contains("database system is shut down");
      }
    }

    @Test
    void canBeKilled() throws SQLException {
      try (EmbeddedPostgres postgres = start()) {
        postgres.freeze();
        postgres.kill();
        assertThat(postgres.isRunning()).isFalse();
        postgres.restart();
        assertThat(Sql.ask(postgres.jdbcUrl(), "select 1")).isEqualTo("1");
      }
    }
  }

  @Nested
  class WhenItCannotStart {
    @Test
    void quotesItsLog() {
      PostgresSettings settings = PostgresSettings.defaults().withParameter("no_such_thing", "1");
      assertThatExceptionOfType(EmbeddedServerException.class)
          .isThrownBy(() -> EmbeddedPostgres.start(directory, settings))
          .withMessageContaining("no_such_thing")
          .withMessageContaining("exit code 1")
          .withMessageContaining(home().resolve("server.log").toString());
    }

    @Test
    void saysThatItsPortIsTaken() throws IOException {
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        PostgresSettings settings = PostgresSettings.defaults().withPort(taken.getLocalPort());
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(() -> EmbeddedPostgres.start(directory, settings))
            .withMessageContaining("Address already in use");
      }
    }
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(directory, PostgresSettings.defaults());
  }

  private Path home() {
    return directory.path().resolve("postgres");
  }

  private String password() throws IOException {
    return Files.readString(home().resolve("password"));
  }

  private String log() throws IOException {
    return Files.readString(home().resolve("server.log"));
  }
}
