package dev.nivel.supabase;

import dev.nivel.SelfSignedCertificate;
import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.store.L3;
import dev.nivel.store.L3Contract;
import dev.nivel.store.NivelException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * PostgreSQL over TLS, its certificate and its name verified, keeps to the contract, for a user
 * with the least rights.
 */
class JdbcTlsContractIT extends L3Contract {
  @TempDir private static Path directory;
  private static Servers servers;
  private static EmbeddedPostgres postgres;
  private static SelfSignedCertificate certificate;
  private static L3 l3;

  @BeforeAll
  static void start() throws Exception {
    servers = Servers.in(directory.resolve("servers"));
    certificate = SelfSignedCertificate.in(directory);
    postgres = servers.postgres(certificate);
    try (L3 owner = open("verify-full", certificate.certificate(), postgres.url())) {
      owner.probe();
    }
    FreshDatabase.execute(postgres.jdbcUrl(), "alter role nivel_app with login password 'apps'");
    l3 = open("verify-full", certificate.certificate(),
        postgres.url().replaceFirst("//[^@]*@", "//nivel_app:apps@"));
  }

  @AfterAll
  static void end() {
    l3.close();
    servers.close();
  }

  private static L3 open(String sslMode, Path authorities, String url) {
    String file = URLEncoder.encode(authorities.toString(), StandardCharsets.UTF_8);
    return open(url + "?sslmode=" + sslMode + "&sslrootcert=" + file);
  }

  private static L3 open(String url) {
    return FreshDatabase.open(url, Duration.ofSeconds(10));
  }

  @Override
  protected L3 l3() {
    return l3;
  }

  @Test
  void isEncryptedIndeed() throws SQLException {
    l3.entry(conversation, "x");
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select bool_and(s.ssl) from pg_stat_ssl s"
            + " join pg_stat_activity a using (pid) where a.application_name = 'nivel'")) {
      row.next();
      assertThat(row.getBoolean(1)).isTrue();
    }
  }

  private static void assertRefused(L3 other, String words) {
    String password = postgres.url().split("[:@]", 5)[2];
    try (other) {
      await().untilAsserted(() -> {
        NivelException refusal = catchThrowableOfType(NivelException.class,
            () -> other.entry("a call", "x"));
        assertThat(refusal).hasMessageContaining(words);
        assertThat(Throwables.getStackTrace(refusal)).doesNotContain(password);
      });
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws Exception {
    Path other = SelfSignedCertificate.in(Files.createDirectory(directory.resolve("other")))
        .certificate();
    assertRefused(open("verify-full", other, postgres.url()), "none of the authorities");
    assertRefused(open("verify-ca", other, postgres.url()), "none of the authorities");
  }

  @Test
  void refusesACertificateOfAnotherHost() {
    String url = postgres.url().replace("127.0.0.1", "localhost");
    assertRefused(open("verify-full", certificate.certificate(), url), "for another host");
  }

  @Test
  void takesTheCertificateOfAnotherHostIfOnlyTheAuthorityIsToBeVerified() {
    String url = postgres.url().replace("127.0.0.1", "localhost");
    try (L3 other = open("verify-ca", certificate.certificate(), url)) {
      assertThat(other.entry("a call", "x")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefer", "require"})
  void takesAnyCertificateIfNoneIsToBeVerified(String sslMode) {
    String url = postgres.url().replace("127.0.0.1", "localhost") + "?sslmode=" + sslMode;
    try (L3 other = open(url)) {
      assertThat(other.entry("a call", "x")).isEmpty();
    }
  }

  @Test
  void isToldThatTheServerTakesConnectionsWithTlsOnly() {
    assertRefused(open(postgres.url() + "?sslmode=disable"), "with TLS only: say sslmode=");
  }

  @Test
  void isToldWhichFileOfAuthoritiesIsMissing() {
    Path missing = directory.resolve("missing.crt");
    assertRefused(open("verify-full", missing, postgres.url()), missing.toString());
  }
}
