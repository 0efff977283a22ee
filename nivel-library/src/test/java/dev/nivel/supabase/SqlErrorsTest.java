package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqlErrorsTest {
  private static NivelException of(String state, String said) {
    return SqlErrors.of("L3 write on host:5432/postgres", new SQLException(said, state));
  }

  @ParameterizedTest
  @CsvSource({"08P01, ERROR", "08006, FEHLER", "08000, \u9519\u8bef", "XX000, FATAL",
      "XX001, ERROR", "P0001, ERROR", "23514, ERROR", "57P01, FATAL"})
  void neverPassesOnTheWordsOfAServer(String state, String severity) {
    NivelException failure = of(state, severity + ": row s3cret\n  Detail: s3cret: row");
    assertThat(failure).hasMessageContaining(state);
    assertThat(Throwables.getStackTrace(failure)).doesNotContain("s3cret");
  }

  @Test
  void neverPassesThemOnFromALoginEither() {
    assertThat(SqlErrors.ofConnecting("L3 read", new SQLException("FATAL: s3cret", "XX000")))
        .hasMessage("L3 read found no connection: it was refused (SQLSTATE XX000)");
    assertThat(SqlErrors.ofConnecting("L3 read", new SQLException("FATAL: s3cret", "57P03")))
        .hasMessageContaining("the server is starting or stopping");
  }

  @ParameterizedTest
  @CsvSource({"08006, true", "08003, true", "57P01, true", "57P05, true", "08P01, false",
      "57014, false", "42P01, false", "XX000, false"})
  void knowsWhichConnectionsAreLost(String state, boolean isLost) {
    assertThat(SqlErrors.isConnectionLost(new SQLException("?", state))).isEqualTo(isLost);
  }

  @Test
  void takesNoSilentConnectionForLost() {
    assertThat(SqlErrors.isConnectionLost(new SQLException("An I/O error occurred", "08006",
        new SocketTimeoutException("Read timed out")))).isFalse();
  }

  @Test
  void passesOnTheWordsOfTheDriver() {
    assertThat(of("08006", "An I/O error occurred while sending to the backend."))
        .hasMessageContaining("An I/O error occurred");
    assertThat(of("08006", "SSL error: closed")).hasMessageContaining("SSL error: closed");
  }

  /** Supavisor says so when the database has gone before it could tell of the commit. */
  @ParameterizedTest
  @CsvSource({"XX000, FATAL: (EDBHANDLEREXITED) connection to database closed.", "XX000, FATAL: ?",
      "08P01, FATAL: server conn crashed?", "08006, An I/O error occurred", "40003, ERROR: ?",
      "57P01, FATAL: terminating connection due to administrator command"})
  void doesNotKnowWhetherAWriteTookEffectIfTheConnectionWasLost(String state, String said) {
    assertThat(of(state, said)).isInstanceOfSatisfying(UnavailableException.class,
        failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"40P01", "40001", "55P03", "57014", "57P03", "53300"})
  void knowsThatAWriteTookNoEffectIfItWasRolledBack(String state) {
    assertThat(of(state, "ERROR: ?")).isInstanceOfSatisfying(UnavailableException.class,
        failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED));
  }

  @ParameterizedTest
  @CsvSource({"26000, ERROR: prepared statement \"S_1\" does not exist",
      "42P05, ERROR: prepared statement \"S_1\" already exists"})
  void tellsOfATransactionPoolerThatNobodyHasSpokenOf(String state, String said) {
    assertThat(of(state, said)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pgbouncer=true");
  }

  @Test
  void tellsWhatIsWrongWithAPoolerThatLooksForAConnectionOnlyNow() {
    assertThat(of("XX000", "FATAL: (ECHECKOUTTIMEOUT) Pool checkout timeout. Request was dropped"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("the pooler gets no connection to the database");
    assertThat(of("XX000", "FATAL: Tenant or user not found"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("paused");
  }

  /** What somebody's trigger says is his, though it sounds like a pooler. */
  @Test
  void asksOnlyPoolersForTheirWords() {
    assertThat(of("P0001", "ERROR: Tenant or user not found"))
        .hasMessageNotContaining("paused");
  }
}
