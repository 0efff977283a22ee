package dev.nivel.bench;

import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapWriter;
import org.redisson.api.map.WriteMode;
import org.redisson.api.options.MapOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/**
 * Redisson's way to bring what a map holds to a database: a queue, which is written in batches. The
 * batches go to PostgreSQL by the same upsert as the other peer's. For use by one thread.
 */
final class WriteBehind implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  /** Redisson waits a second before it writes unless it is told otherwise. */
  private static final int DELAY_MILLIS = 1;

  private final PostgresPeer peer;
  private final RedissonClient redisson;
  private final RMap<String, byte[]> map;
  private final AtomicLong written = new AtomicLong();
  private volatile CountDownLatch begin = new CountDownLatch(0);

  WriteBehind(Stores stores, int batch) {
    peer = new PostgresPeer(stores.postgres().jdbcUrl());
    Config config = new Config();
    config.useSingleServer().setAddress(stores.redisUrl());
    redisson = Redisson.create(config);
    map = redisson.getMap(MapOptions.<String, byte[]>name("behind-" + batch)
        .codec(new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE))
        .writer(new Writer())
        .writeMode(WriteMode.WRITE_BEHIND)
        .writeBehindBatchSize(batch)
        .writeBehindDelay(DELAY_MILLIS));
  }

  private final class Writer implements MapWriter<String, byte[]> {
    @Override
    public void write(Map<String, byte[]> entries) {
      await(begin);
      peer.upsert(entries.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList());
      written.addAndGet(entries.size());
    }

    @Override
    public void delete(Collection<String> keys) {
      throw new IllegalStateException("nobody deletes here");
    }
  }

  private static Write row(String key, byte[] value) {
    int colon = key.indexOf(':');
    return new Write(key.substring(0, colon), new Item(Stamp.parse(key.substring(colon + 1)),
        Value.of(value, Value.JSON)));
  }

  /** Puts rows into the map, and returns how fast they reach the database from then on. */
  double rowsPerSecond(List<Write> rows) {
    begin = new CountDownLatch(1);
    written.set(0);
    Map<String, byte[]> entries = new HashMap<>();
    rows.forEach(write -> entries.put(write.conversation() + ":" + write.stamp(),
        ((Item) write.field()).value().bytes()));
    map.putAll(entries);
    long start = System.nanoTime();
    begin.countDown();
    if (!Wait.until(() -> written.get() >= rows.size(), PATIENCE)) {
      throw new IllegalStateException("Redisson has written " + written.get() + " rows of "
          + rows.size() + " within " + PATIENCE);
    }
    return rows.size() * 1e9 / (System.nanoTime() - start);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    redisson.shutdown(0, 2, TimeUnit.SECONDS);
    peer.close();
  }
}
