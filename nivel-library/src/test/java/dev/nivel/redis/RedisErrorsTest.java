package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedisErrorsTest {
  private static NivelException of(Throwable failure) {
    return RedisErrors.of("L2 read", failure, Duration.ofMillis(250));
  }

  private static NivelException ofReply(String reply) {
    return of(new RedisCommandExecutionException(reply));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "READONLY You can't write against a read only replica. | replica",
      "ERR Error running script (call to f_1): @user_script:9: @user_script: 9: -READONLY You"
          + " can't write against a read only replica. | has become a replica",
      "LOADING Redis is loading the dataset in memory | loading",
      "MASTERDOWN Link with MASTER is down | without its master",
      "CLUSTERDOWN The cluster is down | lost a part",
      "MISCONF Redis is configured to save RDB snapshots | takes no writes",
      "OOM command not allowed when used memory > 'maxmemory'. | maxmemory",
      "NOREPLICAS Not enough good replicas to write. | min-replicas-to-write",
      "BUSY Redis is busy running a script. | a script of somebody"})
  void aRefusalHadNoEffectAndSaysWhatItMeans(String reply, String meaning) {
    assertThat(ofReply(reply)).isInstanceOfSatisfying(UnavailableException.class, failure -> {
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
      assertThat(failure).hasMessageContaining(meaning);
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOPERM this user has no permissions to run the 'info' command",
      "NOAUTH Authentication required.", "WRONGPASS invalid username-password pair"})
  void whatOnlyAnOperatorCanMendIsSaidToBeSo(String reply) {
    assertThat(ofReply(reply)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aReplyThatDoesNotComeLeavesTheOutcomeOpen() {
    for (Throwable failure : new Throwable[]{new TimeoutException(), new IOException("reset")}) {
      assertThat(of(failure)).isInstanceOfSatisfying(UnavailableException.class,
          unavailable -> assertThat(unavailable.outcome()).isEqualTo(Outcome.UNKNOWN));
    }
  }

  @Test
  void aRedirectionNamesItsTarget() {
    Address speaker = new Address("h", 1);
    assertThat(Redirection.of("MOVED 3999 10.0.0.1:6381", speaker)).isEqualTo(
        new Redirection(Redirection.Kind.MOVED, new Address("10.0.0.1", 6_381)));
    assertThat(Redirection.of("ASK 3999 :6381", speaker)).isEqualTo(
        new Redirection(Redirection.Kind.ASK, new Address("h", 6_381)));
    assertThat(Redirection.of("TRYAGAIN Multiple keys request during rehashing of slot", speaker))
        .isEqualTo(new Redirection(Redirection.Kind.TRYAGAIN, null));
    assertThat(Redirection.of("ERR MOVED 1 h:2", speaker)).isNull();
    assertThat(Redirection.of(null, speaker)).isNull();
  }
}
