package dev.nivel;

import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Item;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Nodes that learn dictionaries from their own traffic, with a real Redis and PostgreSQL. */
class DictionaryIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private Servers servers;
  private EmbeddedRedis redis;
  private EmbeddedPostgres postgres;
  private Nivel a;

  @BeforeEach
  void open() {
    servers = Servers.in(directory.resolve("servers"));
    redis = servers.redis();
    postgres = servers.postgres();
    a = node("a", Map.of());
  }

  private Nivel node(String name, Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(Map.of("REDIS_URL", redis.url(),
        "SUPABASE_DB_URL", postgres.url(), "NIVEL_DATA_DIR", directory.resolve(name).toString(),
        "REDIS_TIMEOUT_MS", "10000"));
    variables.putAll(more);
    return Nivel.open(NivelConfig.of(variables));
  }

  @AfterEach
  void close() {
    a.close();
    servers.close();
  }

  private static Value turn(int call, int number) {
    return Value.json("{\"role\": \"assistant\", \"text\": \"Your order of one large oat milk latte"
        + " will be ready in " + (call * 7 + number) % 60 + " minutes at the coffee bar\","
        + " \"annotations\": [{\"name\": \"order_item_id\", \"value\": \"" + call * 31L + number
        + "\"}], \"language\": \"en-US\", \"channel\": \"voice\"}");
  }

  private static void talk(Nivel node) {
    for (int call = 0; call < 40; call++) {
      Conversation conversation = node.conversation("call-" + call);
      for (int number = 0; number < 12; number++) {
        conversation.append(turn(call, number));
      }
    }
  }

  @Test
  void storeSmallValuesSmallerAndReadWhatTheOthersWrote() throws SQLException {
    talk(a);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !a.metrics().compression().learning().dictionary().isEmpty());
    Value turn = turn(1_000, 1);
    a.conversation("new").append(turn);
    assertThat(a.metrics().compression().withDictionary()).isPositive();
    try (Nivel b = node("b", Map.of("COMPRESSION_DICTIONARY", "off"))) {
      assertThat(b.conversation("new").last(1).items())
          .extracting(Item::value)
          .containsExactly(turn);
      assertThat(b.metrics().compression().learning().known()).isEqualTo(1);
      assertThat(b.metrics().corruptValues()).isZero();
    }
    a.sync("new");
    assertThat(storedText("new")).containsExactly(turn.text()); // L3 needs no dictionary
  }

  private List<String> storedText(String conversation) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select convert_from(value, 'UTF8') from"
            + " nivel.items where conversation_id = '" + conversation + "'")) {
      assertThat(row.next()).isTrue();
      return List.of(row.getString(1));
    }
  }
}
