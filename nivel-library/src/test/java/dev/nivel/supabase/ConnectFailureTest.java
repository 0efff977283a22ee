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
      "FATAL: (ENOTFOUND) tenant/user postgres.abc not found, paused",
      "FATAL: (ENOIDENTIFIER) no tenant identifier provided, postgres.<project>",
      "FATAL: (ECIRCUITBREAKER) Too many authentication errors, too many wrong passwords",
      "FATAL: (ESSLREQUIRED) SSL connection is required for user: postgres, with TLS only",
      "'FATAL: no pg_hba.conf entry for host \"1.2.3.4\", no encryption', with TLS only",
      "'FATAL: no pg_hba.conf entry for host \"1.2.3.4\"', the address of this machine",
      "FATAL: (EADDRNOTALLOWED) address not in tenant allow_list: 1.2.3.4, network restrictions",
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
      "FATAL: (EMAXCONNSESSION) max clients reached in session mode - max clients are, 6543",
      "'FATAL: (EMAXCONN) max client connections reached, limit: 200', too many connections",
      "FATAL: Max client connections reached, too many connections",
      "ERROR: no more connections allowed (max_client_conn), too many connections",
      "'FATAL: sorry, too many clients already', too many connections",
      "FATAL: remaining connection slots are reserved, too many connections",
      "FATAL: (ECIRCUITBREAKER) Unable to establish connection to upstream database, it is out",
      "FATAL: (ECHECKOUTTIMEOUT) unable to check out connection from the pool, it is out",
      "FATAL: query_wait_timeout, it is out",
      "ERROR: server login has been failing; try again later, it is out",
      "Connect timed out, does not answer",
      "Protocol family unavailable, IPv6",
      "Network is unreachable, IPv6"})
  void passesByItself(String said, String words) {
    assertThat(of(new IOException(said))).isInstanceOf(UnavailableException.class)
        .hasMessageContaining(words);
  }

  @Test
  void tellsOfAHostThatHasIpv6Only() {
    assertThat(of(new UnknownHostException("db.abc.supabase.co")))
        .hasMessageContaining("its session pooler (port 5432) has IPv4");
  }

  @Test
  void saysWhatIsNotKnownInTheWordsOfTheDriver() {
    assertThat(of(new IOException("a new kind of failure")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("The connection attempt failed.");
  }
}
