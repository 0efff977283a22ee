package dev.nivel.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.redisson.api.map.MapWriter;

/**
 * What Redisson's documentation has for a database: a statement that is prepared for each batch,
 * {@code addBatch} for each entry, {@code executeBatch}. It upserts, since a batch may come again.
 * Redisson calls it on one thread at a time.
 */
final class BatchWriter implements MapWriter<String, byte[]>, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String UPSERT = "insert into peer.items (conversation_id, stamp,"
      + " content_type, value) values (?, ?, ?, ?) on conflict (conversation_id, stamp) do update"
      + " set content_type = excluded.content_type, value = excluded.value, updated_at = now()";
  private static final String JSON = "application/json";

  private final Connection connection;
  private volatile CountDownLatch missing = new CountDownLatch(0);
  private volatile CountDownLatch arrived = new CountDownLatch(0);
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile CountDownLatch begun = new CountDownLatch(0);

  /** Connects to a database that has the table. */
  BatchWriter(String jdbcUrl) {
    try {
      connection = DriverManager.getConnection(jdbcUrl);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** So many rows will come. */
  void expect(int rows) {
    missing = new CountDownLatch(rows);
  }

  /** Lets the next batches wait until {@link #open}. */
  void shut() {
    arrived = new CountDownLatch(1);
    gate = new CountDownLatch(1);
    begun = new CountDownLatch(1);
  }

  /**
   * Lets batches through, as soon as one waits, and waits until that is written; returns how many
   * rows are still missing.
   */
  long open() {
    await(arrived);
    gate.countDown();
    await(begun);
    return missing.getCount();
  }

  /** Waits until all that were expected are written; returns whether they are in time. */
  boolean awaitAll(Duration patience) {
    try {
      return missing.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void write(Map<String, byte[]> entries) {
    arrived.countDown();
    await(gate);
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      for (Entry<String, byte[]> entry : entries.entrySet()) {
        int colon = entry.getKey().indexOf(':');
        upsert.setString(1, entry.getKey().substring(0, colon));
        upsert.setLong(2, Long.parseLong(entry.getKey().substring(colon + 1)));
        upsert.setString(3, JSON);
        upsert.setBytes(4, entry.getValue());
        upsert.addBatch();
      }
      upsert.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    entries.keySet().forEach(key -> missing.countDown());
    begun.countDown();
  }

  @Override
  public void delete(Collection<String> keys) {
    throw new IllegalStateException("nobody deletes here");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("Redisson's write-behind has stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
