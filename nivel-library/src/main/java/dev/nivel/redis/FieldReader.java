package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import dev.nivel.store.Field;
import dev.nivel.store.UnavailableException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens envelopes. Bytes that are not what was stored are counted, dropped, and never returned
 * (I6).
 */
final class FieldReader {
  private static final Logger LOG = LoggerFactory.getLogger(FieldReader.class);

  private final Envelope envelope;
  private final ScriptRunner scripts;
  private final LongAdder corrupt = new LongAdder();

  FieldReader(Envelope envelope, ScriptRunner scripts) {
    this.envelope = envelope;
    this.scripts = scripts;
  }

  /**
   * The field.
   *
   * @throws CorruptException if the bytes are not what was stored; then they were dropped
   */
  Field decode(String conversation, String key, byte[] bytes) {
    try {
      return envelope.decode(conversation, key, bytes);
    } catch (CorruptException e) {
      corrupt.increment();
      LOG.error("{}; it is not returned, and the database is asked instead", e.getMessage());
      drop(conversation, key, bytes);
      throw e;
    }
  }

  private void drop(String conversation, String key, byte[] bytes) {
    try {
      scripts.run(Script.DROP, conversation, List.of(RedisKeys.utf8(key), bytes));
    } catch (UnavailableException e) {
      LOG.warn("A corrupt value could not be dropped now: {}", e.getMessage());
    }
  }

  long corruptCount() {
    return corrupt.sum();
  }
}
