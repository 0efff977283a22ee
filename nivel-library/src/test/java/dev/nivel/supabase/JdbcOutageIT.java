package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** L3 while PostgreSQL is out or refuses, and after it came back. */
class JdbcOutageIT extends L3OutageContract {
  private static Servers servers;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    postgres = servers.postgres();
    try (SupabaseL3 l3 = FreshDatabase.open(postgres.url())) {
      l3.probe();
    }
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  @Override
  EmbeddedPostgres postgres() {
    return postgres;
  }

  @Override
  SupabaseL3 open() {
    return FreshDatabase.open(postgres.url(), IMPATIENT);
  }

  /** As Supabase makes it when its disk is nearly full. */
  @Test
  void aReadOnlyOneIsReadAndSaysThatItTakesNoWrites() throws SQLException {
    try (SupabaseL3 l3 = open()) {
      l3.write(writes(conversation, entry("x", 3, "before")));
      FreshDatabase.execute(postgres.jdbcUrl(), "alter system set default_transaction_read_only"
          + " = on");
      FreshDatabase.execute(postgres.jdbcUrl(), "select pg_reload_conf()");
      await().atMost(WAIT_MAX).untilAsserted(() -> {
        assertThatThrownBy(() -> l3.write(writes(conversation, entry("x", 4, "after"))))
            .isInstanceOfSatisfying(UnavailableException.class,
                e -> assertThat(e.isReadOnly()).isTrue());
        assertThatThrownBy(() -> l3.nodes().claim("somebody"))
            .isInstanceOfSatisfying(UnavailableException.class,
                e -> assertThat(e.isReadOnly()).isTrue());
      });
      assertThat(l3.entry(conversation, "x")).isPresent();
    } finally {
      FreshDatabase.execute(postgres.jdbcUrl(), "alter system reset default_transaction_read_only");
      FreshDatabase.execute(postgres.jdbcUrl(), "select pg_reload_conf()");
    }
  }

  @Nested
  class WhatIsRefused {
    private static final String WRONG = "wr0ng-guess";

    private final String password = postgres.url().split("[:@]", 5)[2];
    private final String address = "127.0.0.1:" + postgres.port();

    /** The pool may need a while until it knows why it has no connection. */
    private void assertRefused(Class<? extends NivelException> kind, String url,
        String... explanations) {
      try (SupabaseL3 l3 = FreshDatabase.open(url, IMPATIENT)) {
        await().atMost(WAIT_MAX).untilAsserted(() -> {
          NivelException refusal = catchThrowableOfType(kind, () -> l3.entry(conversation, "x"));
          assertThat(refusal).isNotNull();
          assertThat(refusal.getMessage()).contains(explanations);
          assertThat(Throwables.getStackTrace(refusal)).doesNotContain(password, WRONG);
        });
      }
    }

    @Test
    void isAWrongPassword() {
      assertRefused(ConfigurationException.class, postgres.url().replace(password, WRONG),
          "user or password is wrong", address);
    }

    @Test
    void isAnUnknownUser() {
      assertRefused(ConfigurationException.class, postgres.url().replace("//postgres", "//nobody"),
          "user or password is wrong");
    }

    @Test
    void isADatabaseThatDoesNotExist() {
      assertRefused(ConfigurationException.class,
          postgres.url().replaceFirst("/postgres$", "/nowhere"),
          "the database does not exist", "nowhere");
    }

    @Test
    void isAPortAtWhichNobodyListens() {
      postgres.kill();
      try {
        assertRefused(UnavailableException.class, postgres.url(), address, "refused");
      } finally {
        postgres.restart();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void isAServerThatDoesNotSpeakTlsWhereTlsIsDemanded(String sslMode) {
      assertRefused(ConfigurationException.class, postgres.url() + "?sslmode=" + sslMode,
          "no TLS");
    }

    @Test
    void isAHostThatNobodyKnows() {
      assertRefused(UnavailableException.class,
          postgres.url().replace("127.0.0.1", "db.abc.supabase.invalid"),
          "the host is not known here", "db.abc.supabase.invalid", "session pooler");
    }

    @Test
    void isAConnectionTooMany() throws SQLException {
      FreshDatabase.on(postgres).execute("create role few login password 'f3w' connection limit 0");
      assertRefused(UnavailableException.class,
          postgres.url().replaceFirst("//[^@]*@", "//few:f3w@"), "too many connections");
    }
  }
}
