package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Condition;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.ScriptOutputType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** A Redis that answers and yet does not do what it is told, each for what it means. */
class RedisStatesIT {
  private static final String CONVERSATION = "call-1";

  private final RecordingListener listener = new RecordingListener();
  private Path directory;
  private Servers servers;
  private EmbeddedRedis redis;
  private PlainRedis plain;
  private RedisL2 l2;

  @BeforeEach
  void start(@TempDir Path place) {
    directory = place;
    servers = Servers.in(place);
    redis = servers.redis(dev.nivel.embedded.RedisSettings.defaults()
        .withLines("lua-time-limit 50", "appendonly no", "rdbcompression no",
            "key-load-delay 50000"));
    plain = PlainRedis.at(redis.url());
    l2 = RedisFixture.connect(redis.url(), RedisFixture.NODE, listener);
  }

  @AfterEach
  void end() {
    l2.close();
    plain.close();
    servers.close();
  }

  private void write(int stamp) {
    l2.write(CONVERSATION, List.of(entry("x", stamp, "v" + stamp)), Condition.NONE);
  }

  private void assertRefused(String code) {
    UnavailableException refusal = catchThrowableOfType(UnavailableException.class,
        () -> write(2));
    assertThat(refusal).hasMessageContaining(code);
    assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  @Test
  void aMasterThatBecameAReplicaRefusesWritesAndIsLookedAtAtOnce() {
    write(1);
    EmbeddedRedis master = servers.redis(dev.nivel.embedded.RedisSettings.defaults()
        .withName("master"));
    plain.commands().replicaof("127.0.0.1", master.port());
    assertRefused("READONLY");
    assertThat(listener.disconnections()).isEqualTo(1);
    assertThatThrownBy(() -> l2.probe(false)).hasMessageContaining("replica");
    assertThatThrownBy(() -> l2.entry(CONVERSATION, "x")).isInstanceOf(UnavailableException.class);
    plain.commands().replicaofNoOne();
    l2.probe(false);
    write(3);
  }

  @Test
  void aDiskThatCannotBeWrittenStopsWritesButNotReads() throws Exception {
    write(1);
    Files.createDirectories(directory.resolve("redis/files/dump.rdb/x"));
    plain.commands().configSet("save", "3600 1");
    plain.commands().bgsave();
    await().atMost(RedisFixture.WAIT_MAX)
        .until(() -> plain.commands().info("persistence").contains("last_bgsave_status:err"));
    assertRefused("MISCONF");
    assertThat(l2.entry(CONVERSATION, "x").entry()).isEqualTo(entry("x", 1, "v1"));
    assertThatThrownBy(() -> l2.probe(false)).hasMessageContaining("MISCONF");
    assertThat(l2.entry(CONVERSATION, "x").entry()).isEqualTo(entry("x", 1, "v1"));
    plain.commands().configSet("save", "");
    l2.probe(false);
    write(3);
  }

  @Test
  void aScriptOfSomebodyThatDoesNotEndKeepsItBusy() {
    plain.waitingAtMost(RedisFixture.WAIT_MAX);
    CompletableFuture<Object> endless = CompletableFuture.supplyAsync(
        () -> plain.commands().eval("while true do end", ScriptOutputType.STATUS));
    await().atMost(RedisFixture.WAIT_MAX)
        .ignoreExceptions()
        .untilAsserted(() -> assertRefused("BUSY"));
    try (PlainRedis other = PlainRedis.at(redis.url())) {
      other.commands().scriptKill();
    }
    assertThatThrownBy(endless::join).hasMessageContaining("killed");
    l2.probe(false);
    write(3);
  }

  @Test
  void aRedisThatLoadsItsDataIsWaitedFor() {
    String megabyte = "x".repeat(1 << 20); // Redis listens every two of them
    IntStream.range(0, 40).forEach(i -> plain.commands().set("k" + i, megabyte));
    plain.commands().save();
    redis.kill();
    CompletableFuture<Void> restart = CompletableFuture.runAsync(redis::restart);
    await().atMost(RedisFixture.WAIT_MAX)
        .untilAsserted(() -> assertThatThrownBy(() -> l2.probe(false))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("loading"));
    restart.join();
    l2.probe(false);
    write(3);
  }
}
