package dev.nivel;

import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A real Redis that answers, but late: its breaker opens, and requests go on without it (I10). */
class SlowRedisIT {
  @TempDir private Path directory;
  private Servers servers;
  private SlowProxy proxy;
  private Nivel nivel;

  @BeforeEach
  void open() throws IOException {
    servers = Servers.in(directory.resolve("servers"));
    EmbeddedRedis redis = servers.redis();
    proxy = SlowProxy.before(redis.port());
    nivel = Nivel.open(NivelConfig.of(Map.of("REDIS_URL", "redis://127.0.0.1:" + proxy.port(),
        "SUPABASE_DB_URL", servers.postgres().url(), "CIRCUIT_BREAKER_TIMEOUT", "1",
        "NIVEL_DATA_DIR", directory.resolve("data").toString())));
    awaitMode(Mode.NORMAL);
  }

  @AfterEach
  void close() {
    nivel.close();
    proxy.close();
    servers.close();
  }

  private void awaitMode(Mode mode) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> nivel.mode() == mode);
  }

  private void assertIsOut() {
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
      assertThat(nivel.conversation("call").put("slots", Value.json("1")).stamps()).hasSize(1);
      return nivel.mode() == Mode.BYPASS;
    });
    assertThat(nivel.metrics().mode().reason()).startsWith("Redis is out: its calls");
    proxy.delayMillis = 0;
    awaitMode(Mode.NORMAL);
    assertThat(nivel.metrics().mode().reason()).isEmpty();
  }

  @Test
  void isOutIfItsAnswersComeAfterTheirDeadline() {
    proxy.delayMillis = 500;
    assertIsOut();
  }

  @Test
  void isOutIfItsAnswersComeJustBeforeTheirDeadline() {
    proxy.delayMillis = 220;
    assertIsOut();
  }
}
