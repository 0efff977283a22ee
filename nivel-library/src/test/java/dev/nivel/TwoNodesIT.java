package dev.nivel;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes that share a real Redis and a real PostgreSQL (I4). */
class TwoNodesIT {
  private static final String ID = "two-nodes";

  @TempDir private Path directory;
  private Servers servers;
  private EmbeddedRedis redis;
  private EmbeddedPostgres postgres;
  private Nivel a;
  private Nivel b;

  @BeforeEach
  void open() {
    servers = Servers.in(directory.resolve("servers"));
    redis = servers.redis();
    postgres = servers.postgres();
    a = node("a");
    b = node("b");
  }

  private Nivel node(String name) {
    return Nivel.open(NivelConfig.of(Map.of("REDIS_URL", redis.url(), "SUPABASE_DB_URL",
        postgres.url(), "NIVEL_DATA_DIR", directory.resolve(name).toString(),
        "REDIS_TIMEOUT_MS", "10000")));
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
    servers.close();
  }

  @Test
  void hearOfEachOthersWrites() {
    Conversation atA = a.conversation(ID);
    Conversation atB = b.conversation(ID);
    atA.put("slots", Value.json("1"));
    atA.append(Value.json("{}"));
    assertThat(atB.get("slots").orElseThrow().value().text()).isEqualTo("1");
    assertThat(atB.last(10).items()).hasSize(1);
    atA.put("slots", Value.json("2"));
    atA.append(Value.json("{}"));
    Awaitility.await().untilAsserted(() -> {
      assertThat(atB.get("slots").orElseThrow().value().text()).isEqualTo("2");
      assertThat(atB.last(10).items()).hasSize(2);
      assertThat(atB.read("slots").isStale()).isFalse();
    });
  }

  @Test
  void eraseForBoth() { // I12
    Conversation atA = a.conversation(ID);
    atA.append(Value.json("{}"));
    assertThat(b.conversation(ID).last(10).items()).hasSize(1);
    EraseReceipt receipt = atA.erase();
    Awaitility.await()
        .until(() -> b.erasure(receipt.stamp()).orElseThrow().isComplete());
    assertThat(b.conversation(ID).all().isFound()).isFalse();
  }
}
