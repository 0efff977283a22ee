package dev.nivel.redis;

import dev.nivel.SelfSignedCertificate;
import dev.nivel.Servers;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.L2;
import dev.nivel.store.L2Contract;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Redis by TLS, as an ACL user with no more rights than are needed, keeps to the contract. */
class RedisTlsContractIT extends L2Contract {
  private static final String PASSWORD = "s3cret";
  private static Servers servers;
  private static SelfSignedCertificate certificate;
  private static String url;
  private static L2 l2;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    servers = Servers.in(directory.resolve("servers"));
    certificate = SelfSignedCertificate.in(directory);
    int port = freePort();
    servers.redis(dev.nivel.embedded.RedisSettings.defaults()
        .withLines("tls-port " + port, "tls-cert-file " + certificate.certificate(),
            "tls-key-file " + certificate.key(), "tls-ca-cert-file " + certificate.certificate(),
            "tls-auth-clients no", "user default off", "user nivel on >" + PASSWORD
                + " ~nivel:* resetchannels &nivel:* +@all -@dangerous +info"));
    url = "rediss://127.0.0.1:" + port;
    l2 = open(certificate.certificate());
    l2.probe(true);
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static RedisL2 open(Path caFile) {
    RedisSettings.Login login = new RedisSettings.Login("nivel", PASSWORD, caFile);
    return RedisL2.open(new RedisSettings(url, login, RedisFixture.TIMEOUT, RedisFixture.TTL,
        RedisFixture.COMPRESSING, 1 << 20, ItemBounds.DEFAULT), Time.SYSTEM,
        () -> RedisFixture.NODE);
  }

  @AfterAll
  static void end() {
    l2.close();
    servers.close();
  }

  @Override
  protected L2 l2() {
    return l2;
  }

  @Test
  void aCertificateThatNobodyTrustsIsRefused() {
    try (RedisL2 untrusting = RedisL2.open(RedisFixture.settings(url, "nivel", PASSWORD),
        Time.SYSTEM, () -> RedisFixture.NODE)) {
      assertThatThrownBy(() -> untrusting.probe(true)).isInstanceOf(UnavailableException.class)
          .hasMessageContaining("certification path");
    }
  }
}
