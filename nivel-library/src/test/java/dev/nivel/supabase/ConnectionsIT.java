package dev.nivel.supabase;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of connections that nobody has used for a while, and of those that end. */
class ConnectionsIT {
  private static final String CALL = "call";
  /** An empty query, as the driver asks whether a connection is alive. */
  private static final String ARE_YOU_THERE = "Q\0\0\0\5\0";
  /** Longer than the pool trusts what it has seen. */
  private static final Duration PAUSE = Duration.ofMillis(700);

  private Servers servers;
  private FreshDatabase database;
  private RecordingProxy proxy;
  private SupabaseL3 l3;

  @BeforeEach
  void open(@TempDir Path directory) throws SQLException, IOException {
    servers = Servers.in(directory);
    EmbeddedPostgres postgres = servers.postgres();
    database = FreshDatabase.on(postgres);
    proxy = RecordingProxy.before(postgres.port());
    l3 = FreshDatabase.open(database.url().replace(":" + postgres.port(), ":" + proxy.port()));
    l3.probe();
    l3.write(writes(CALL, entry("x", 1, "1")));
    await().until(() -> validations() >= 2); // each of the two pools tries that once
  }

  @AfterEach
  void close() {
    l3.close();
    proxy.close();
    servers.close();
  }

  private static void pause() {
    await().pollDelay(PAUSE).until(() -> true);
  }

  private int validations() {
    return proxy.said().split(ARE_YOU_THERE, -1).length - 1;
  }

  private void endThemAll() throws SQLException {
    database.value("select count(pg_terminate_backend(pid)) from pg_stat_activity"
        + " where application_name = 'nivel' and datname = current_database()");
  }

  @Test
  void areUsedByReadsAfterAPauseWithoutAnotherRoundTrip() {
    int before = validations();
    pause();
    assertThat(l3.entry(CALL, "x")).contains(entry("x", 1, "1"));
    pause();
    assertThat(l3.conversations(List.of(CALL))).containsKey(CALL);
    pause();
    assertThat(l3.itemsBefore(CALL, Optional.empty(), 1)).isEmpty();
    assertThat(validations()).isEqualTo(before);
  }

  @Test
  void areValidatedForWritesAfterAPause() throws SQLException {
    int before = validations();
    pause();
    l3.write(writes(CALL, entry("x", 2, "2")));
    assertThat(validations()).isEqualTo(before + 1);
    endThemAll();
    pause();
    l3.write(writes(CALL, entry("x", 3, "3"))); // I7: else nobody knows whether it took place
  }

  @Test
  void areReplacedForReadsIfTheyHaveEnded() throws SQLException {
    endThemAll();
    assertThat(l3.entry(CALL, "x")).contains(entry("x", 1, "1"));
    endThemAll();
    assertThat(l3.conversations(List.of(CALL))).containsKey(CALL);
    endThemAll();
    assertThat(l3.itemsBefore(CALL, Optional.empty(), 1)).isEmpty();
  }
}
