package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The words are those of the driver, of PostgreSQL and of Supabase's poolers. */
class ConnectFailureTest {
  private static NivelException of(Exception cause) {
    return SqlErrors.ofConnecting("L3 read on host:5432/postgres",
        new SQLException("The connection attempt failed.", "08001", cause));
  }

  @ParameterizedTest
  @CsvSource({
      "FATAL: Tenant or user not found, paused",
      "SSL error: PKIX path building failed, sslrootcert",
      "The hostname db.x could not be verified by hostnameverifier, another host",
      "The server does not support SSL., sslmode"})
  void isForTheOperator(String said, String words) {
    assertThat(of(new SQLException(said))).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
      "FATAL: MaxClientsInSessionMode: max clients reached, 6543",
      "FATAL: remaining connection slots are reserved, too many connections",
      "Network is unreachable, IPv6"})
  void passesByItself(String said, String words) {
    assertThat(of(new IOException(said))).isInstanceOf(UnavailableException.class)
        .hasMessageContaining(words);
  }

  @Test
  void tellsOfAHostThatHasIpv6Only() {
    assertThat(of(new UnknownHostException("db.abc.supabase.co")))
        .hasMessageContaining("its poolers have IPv4");
  }

  @Test
  void saysWhatIsNotKnownInTheWordsOfTheDriver() {
    assertThat(of(new IOException("a new kind of failure")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("The connection attempt failed.");
  }
}
