package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.EmbeddedSentinel;
import dev.nivel.embedded.RedisSentinels;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.WriteReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A master that Sentinels watch, and replace. */
class RedisSentinelIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String CONVERSATION = "call-1";

  private final RecordingListener listener = new RecordingListener();
  private Servers servers;
  private RedisSentinels watched;
  private RedisL2 l2;

  @BeforeEach
  void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    watched = servers.redisSentinels(dev.nivel.embedded.RedisSettings.defaults());
    l2 = RedisFixture.open(watched.url(), TIMEOUT, RedisFixture.NODE);
    l2.listen(listener);
    l2.probe(true);
  }

  @AfterEach
  void end() {
    l2.close();
    servers.close();
  }

  private WriteReply write(int stamp) {
    return l2.write(CONVERSATION, List.of(entry("x", stamp, "v" + stamp)), Condition.NONE);
  }

  private void probeUntilReplaced(EmbeddedRedis old) {
    await().atMost(RedisFixture.WAIT_MAX)
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .until(() -> {
          l2.probe(false);
          return !watched.master().equals(old);
        });
    l2.probe(false);
  }

  @Test
  void aDeadMasterIsReplacedAndAGenerationStarts() {
    write(1);
    int generations = listener.generations();
    EmbeddedRedis old = watched.master();
    old.kill();
    probeUntilReplaced(old);
    assertThat(write(2).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    assertThat(listener.generations()).isGreaterThan(generations);
    old.restart(); // it believes to be the master, until the Sentinels tell it
    l2.probe(false);
    assertThat(write(3)).isEqualTo(WriteReply.accepted(true));
  }

  @Test
  void aFrozenMasterIsReplacedAndNotUsedWhenItThaws() {
    EmbeddedRedis old = watched.master();
    old.freeze();
    probeUntilReplaced(old);
    old.thaw();
    l2.probe(false);
    assertThat(write(2).outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    try (PlainRedis plain = PlainRedis.at(watched.master().url())) {
      assertThat(plain.envelope(CONVERSATION, "e:x")).contains("v2");
    }
  }

  @Test
  void oneSentinelOfThreeMayBeDownButNotTwo() {
    List<EmbeddedSentinel> sentinels = watched.sentinels();
    sentinels.get(0).kill();
    l2.probe(false);
    sentinels.get(1).kill();
    assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(UnavailableException.class)
        .hasMessageContaining("only 1 of 3 Sentinels");
    sentinels.get(1).restart();
    l2.probe(false);
  }

  /** Others may use another master by now. */
  @Test
  void theMasterIsGivenUpIfMostSentinelsAreSilentForLong() {
    l2.probe(false);
    watched.sentinels().get(0).kill();
    watched.sentinels().get(1).kill();
    await().atMost(RedisFixture.WAIT_MAX).untilAsserted(() -> {
      assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> l2.entry("x", "y")).isInstanceOf(UnavailableException.class);
    });
  }

  @Test
  void anUnknownMasterIsForAnOperatorToMend() {
    RedisSettings settings = RedisFixture.settings(watched.url().replace("Id=nivel", "Id=other"));
    try (RedisL2 other = RedisL2.open(settings, Time.SYSTEM, () -> 1)) {
      assertThatThrownBy(() -> other.probe(true)).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("\"other\"");
    }
  }
}
