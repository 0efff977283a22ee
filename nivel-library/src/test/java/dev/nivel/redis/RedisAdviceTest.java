package dev.nivel.redis;

import dev.nivel.store.NivelException;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor advises when Redis fails. */
class RedisAdviceTest {
  private static final String REACH = "see that Redis runs there";

  private static String advice(Throwable failure) {
    NivelException known = RedisErrors.of("a write", failure, Duration.ofMillis(250));
    return RedisAdvice.of(known);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "READONLY You can't write against a read only replica. | set REDIS_URL to the master",
      "MASTERDOWN Link with MASTER is down | set REDIS_URL to the master",
      "LOADING Redis is loading the dataset in memory | wait",
      "CLUSTERDOWN The cluster is down | missing nodes",
      "MISCONF Redis is configured to save RDB snapshots | disk",
      "OOM command not allowed when used memory > 'maxmemory'. | raise maxmemory",
      "NOREPLICAS Not enough good replicas to write. | min-replicas-to-write",
      "BUSY Redis is busy running a script. | SCRIPT KILL",
      "WRONGPASS invalid username-password pair | REDIS_PASSWORD",
      "NOAUTH Authentication required. | REDIS_PASSWORD",
      "NOPERM this user has no permissions to run the 'eval' command | &nivel:*",
      "ERR The user executing the script can't run this command or subcommand | &nivel:*",
      "ERR max number of clients reached | see Redis's log"})
  void ofARefusalIsWhatMendsIt(String reply, String words) {
    assertThat(advice(new RedisCommandExecutionException(reply))).contains(words)
        .doesNotContain(REACH);
  }

  @Test
  void ofNoAnswerIsToLookForRedis() {
    assertThat(advice(new IOException("Connection refused"))).startsWith(REACH);
    assertThat(advice(new TimeoutException())).startsWith(REACH);
  }

  @Test
  void ofACertificateIsToLookAtThat() {
    assertThat(advice(new SSLHandshakeException("PKIX path building failed")))
        .contains("REDIS_CA_FILE");
  }
}
