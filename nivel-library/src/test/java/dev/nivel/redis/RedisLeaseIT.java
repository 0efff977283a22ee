package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Condition;
import dev.nivel.store.UnavailableException;
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

/** Up to when changes were heard (I4), and what makes that stand still. */
class RedisLeaseIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final String CONVERSATION = "call-1";

  private final RecordingListener listener = new RecordingListener();
  private Servers servers;
  private EmbeddedRedis redis;
  private LineProxy proxy;
  private RedisL2 l2;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    servers = Servers.in(directory);
    redis = servers.redis();
    proxy = LineProxy.to(redis.port());
    l2 = RedisFixture.open("redis://127.0.0.1:" + proxy.port(), TIMEOUT, RedisFixture.NODE);
    l2.listen(listener);
  }

  @AfterEach
  void end() {
    l2.close();
    proxy.close();
    servers.close();
  }

  private long heard() {
    return l2.heardAtNanos(CONVERSATION);
  }

  private void write(int stamp) {
    l2.write(CONVERSATION, List.of(entry("x", stamp, "v")), Condition.NONE);
  }

  @Test
  void nothingWasHeardBeforeTheFirstConnection() {
    assertThat(System.nanoTime() - heard()).isGreaterThan(Duration.ofMinutes(59).toNanos());
  }

  @Test
  void itIsTheMomentAtWhichTheQuestionWasSent() {
    long before = System.nanoTime();
    l2.probe(false);
    long between = System.nanoTime();
    assertThat(heard()).isBetween(before, between);
    l2.probe(false);
    assertThat(heard()).isGreaterThanOrEqualTo(between);
  }

  @Test
  void itStandsStillWhileRedisIsFrozen() {
    l2.probe(false);
    long before = heard();
    redis.freeze();
    assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(UnavailableException.class);
    assertThat(heard()).isEqualTo(before);
    redis.thaw();
    l2.probe(false);
    assertThat(heard()).isGreaterThan(before);
  }

  /** The commands' line is well, so nothing but the question on the channel's own line tells. */
  @Test
  void aLineThatIsCutToTheChannelAloneIsNoticedAndReplaced() {
    l2.probe(false);
    int missed = listener.missed();
    long before = heard();
    proxy.cutLast();
    write(1);
    assertThat(listener.changes()).isEmpty();
    assertThat(heard()).isEqualTo(before);
    l2.probe(false);
    assertThat(listener.missed()).isGreaterThan(missed);
    assertThat(heard()).isGreaterThan(before);
    write(2);
    await().atMost(RedisFixture.WAIT_MAX).until(() -> listener.changes().size() == 1);
  }

  @Test
  void aSubscriberThatIsTooSlowIsToldThatItMissedSomethingAndSubscribesAnew() {
    l2.probe(false);
    int missed = listener.missed();
    try (PlainRedis plain = PlainRedis.at(redis.url())) {
      plain.commands().configSet("client-output-buffer-limit", "pubsub 1024 0 0");
      plain.commands().publish("nivel:changes", "x".repeat(1 << 20));
      await().atMost(RedisFixture.WAIT_MAX).until(() -> listener.missed() > missed);
      plain.commands().configSet("client-output-buffer-limit", "pubsub 33554432 0 0");
    }
    l2.probe(false);
    write(1);
    await().atMost(RedisFixture.WAIT_MAX).until(() -> listener.changes().size() == 1);
  }

  /** Behind a proxy the lines may come to lead to different servers. */
  @Test
  void aChannelThatLeadsToAnotherProcessThanTheCommandsIsReplaced() {
    l2.probe(false);
    int lines = proxy.lineCount();
    redis.kill();
    redis.restart();
    await().atMost(RedisFixture.WAIT_MAX)
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .until(() -> {
          l2.probe(false);
          return true;
        });
    assertThat(proxy.lineCount()).isGreaterThanOrEqualTo(lines + 2);
    write(1);
    await().atMost(RedisFixture.WAIT_MAX).until(() -> listener.changes().size() == 1);
  }
}
