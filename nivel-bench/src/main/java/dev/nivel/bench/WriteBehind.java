package dev.nivel.bench;

import dev.nivel.store.Item;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.WriteMode;
import org.redisson.api.options.MapOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/**
 * Redisson's way to bring what a map holds to a database, as documented: each put adds a task to a
 * queue in Redis; one thread polls them, a task in a round trip, and calls the writer with each
 * full batch; when the queue is empty it writes the rest and looks again after the delay (1 s). For
 * use by one thread.
 */
final class WriteBehind implements AutoCloseable {
  /** What Redisson takes unless it is told otherwise. */
  static final int BATCH_DEFAULT = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final BatchWriter writer;
  private final RedissonClient redisson;
  private final RMap<String, byte[]> map;

  WriteBehind(Stores stores, int batch) {
    writer = new BatchWriter(stores.postgres().jdbcUrl());
    Config config = new Config();
    config.useSingleServer().setAddress(stores.redisUrl());
    redisson = Redisson.create(config);
    map = redisson.getMap(MapOptions.<String, byte[]>name("behind-" + batch)
        .codec(new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE))
        .writer(writer)
        .writeMode(WriteMode.WRITE_BEHIND)
        .writeBehindBatchSize(batch));
  }

  /**
   * Puts rows into the map, and returns how fast they reach the database when all are there, from
   * the first batch's end on: the delay does not count.
   */
  double drainedPerSecond(List<Write> rows) {
    writer.expect(rows.size());
    writer.shut();
    put(rows);
    long missing = writer.open();
    return perSecond(missing, System.nanoTime());
  }

  /** How fast rows reach the database from the first put on. */
  double storedPerSecond(List<Write> rows) {
    writer.expect(rows.size());
    long start = System.nanoTime();
    put(rows);
    return perSecond(rows.size(), start);
  }

  private void put(List<Write> rows) {
    GrownStores.forAll(rows.size(), i -> {
      Write row = rows.get(i);
      map.fastPut(row.conversation() + ":" + row.stamp(),
          ((Item) row.field()).value().bytes());
    });
  }

  private double perSecond(long rows, long start) {
    if (!writer.awaitAll(PATIENCE)) {
      throw new IllegalStateException("Redisson has not written " + rows + " rows within "
          + PATIENCE);
    }
    return rows * 1e9 / (System.nanoTime() - start);
  }

  @Override
  public void close() {
    redisson.shutdown(0, 2, TimeUnit.SECONDS);
    writer.close();
  }
}
