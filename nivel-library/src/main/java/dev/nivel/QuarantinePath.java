package dev.nivel;

import dev.nivel.QuarantineLedger.Mark;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Quarantined;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What L3 refused for good: it is listed, tried again or given up, as an operator says.
 *
 * <ol>
 * <li>To try rows again is to write them to L3 under their own stamps, as sync does: what L3 has
 * that is newer stays (I2), and what was erased does not come back (I5).
 * <li>Redis is healed where it holds less, and L1 learns that it does not know the field.
 * <li>Only then the rows go, and the ledger moves them to where they belong (I11).
 * </ol>
 *
 * If a store fails on the way, the rows stay and may be tried again. What L3 refuses still stays
 * with its new reason, and its neighbours are stored. Rows are tried in chunks that are bounded in
 * number and bytes (I8).
 */
final class QuarantinePath {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantinePath.class);
  private static final int RECONCILED_AT_A_TIME = 1_000;
  private static final int CHUNK_ROWS_MAX = 100;
  private static final long CHUNK_BYTES_MAX = 4 << 20;

  private final L1 l1;
  private final L2 l2;
  private final L3 l3;
  private final QuarantineLedger ledger;
  private final ChunkWriter writer;
  private final Health health;
  private final Time time;

  QuarantinePath(Levels levels, ChunkWriter writer, Context context) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    ledger = levels.outbox().quarantine();
    this.writer = writer;
    health = context.health();
    time = context.meters().time();
  }

  /** What is kept apart, by id. */
  List<Quarantined> list(long after, int limit) {
    return l3.quarantined(after, limit);
  }

  /** Tries the rows after one again. */
  RetryReport retry(long after, int limit) {
    return retry(Page.of(l3.quarantined(after, limit + 1), limit));
  }

  /** Tries a row again; empty if it is not there. */
  Optional<RetryReport> retry(long id) {
    Page page = Page.of(l3.quarantined(id - 1, 1), 1);
    return page.last() == id ? Optional.of(retry(page)) : Optional.empty();
  }

  /** Gives up the rows after one. */
  DropReport drop(long after, int limit) {
    Page page = Page.of(l3.quarantined(after, limit + 1), limit);
    List<Quarantined> dropped = l3
        .dropQuarantined(page.rows.stream().map(Quarantined::id).toList());
    dropped.forEach(row -> ledger.gone(Mark.of(row)));
    return new DropReport(dropped.size(), page.last(), page.hasMore);
  }

  /** Gives up a row; false if it is not there. */
  boolean drop(long id) {
    List<Quarantined> dropped = l3.dropQuarantined(List.of(id));
    dropped.forEach(row -> ledger.gone(Mark.of(row)));
    return !dropped.isEmpty();
  }

  /** Has the ledger learn what other nodes have stored or given up. */
  void reconcile() {
    Set<Mark> gone = ledger.marks();
    if (gone.isEmpty() || !health.supabase().isClosed()) {
      return;
    }
    try {
      List<Quarantined> rows = l3.quarantined(0, RECONCILED_AT_A_TIME);
      while (!rows.isEmpty()) {
        rows.forEach(row -> gone.remove(Mark.of(row)));
        rows = l3.quarantined(rows.get(rows.size() - 1).id(), RECONCILED_AT_A_TIME);
      }
    } catch (UnavailableException e) {
      LOG.debug("The quarantine could not be compared; the next turn does it", e);
      return;
    }
    gone.forEach(ledger::gone);
  }

  /** Some rows by id, and whether there are more. */
  private record Page(List<Quarantined> rows, boolean hasMore) {
    static Page of(List<Quarantined> rows, int limit) {
      return new Page(rows.subList(0, Math.min(limit, rows.size())), rows.size() > limit);
    }

    long last() {
      return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).id();
    }
  }

  private RetryReport retry(Page page) {
    if (!health.isRedisUsed()) {
      throw new UnavailableException(
          "Redis is out, and it must hear of what is stored from the quarantine");
    }
    long start = time.nanos();
    Tally tally = new Tally();
    for (List<Quarantined> chunk : chunks(page.rows)) {
      retryChunk(chunk, tally);
    }
    return new RetryReport(tally.synced, tally.coalesced, List.copyOf(tally.refused),
        page.last(), page.hasMore, Duration.ofNanos(time.nanos() - start));
  }

  /** What came of the rows so far. */
  private static final class Tally {
    long synced;
    long coalesced;
    final List<Quarantined> refused = new ArrayList<>();
  }

  /** Chunks within the bounds, none of which holds two versions of a field. */
  private static List<List<Quarantined>> chunks(List<Quarantined> rows) {
    List<List<Quarantined>> chunks = new ArrayList<>();
    List<Quarantined> chunk = new ArrayList<>();
    Set<String> fields = new HashSet<>();
    long bytes = 0;
    for (Quarantined row : rows) {
      String field = row.conversation() + "\n" + row.key();
      bytes += row.contentBytes();
      if (chunk.size() == CHUNK_ROWS_MAX || bytes > CHUNK_BYTES_MAX || fields.contains(field)) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        fields.clear();
        bytes = row.contentBytes();
      }
      chunk.add(row);
      fields.add(field);
    }
    chunks.add(chunk);
    return chunks;
  }

  private void retryChunk(List<Quarantined> rows, Tally tally) {
    Map<Long, Write> writes = l3.quarantinedWrites(rows.stream().map(Quarantined::id).toList());
    Retried retried = new Retried();
    writer.write(List.copyOf(writes.values()), retried);
    heal(retried.synced);
    List<Long> over = new ArrayList<>();
    for (Quarantined row : rows) {
      @Nullable Write write = writes.get(row.id());
      if (write == null) {
        continue; // somebody else has tried it meanwhile, or given it up
      }
      if (retried.isCommitted(write)) {
        over.add(row.id());
      } else {
        tally.refused.add(row.because(retried.reasons.getOrDefault(write, row.reason())));
      }
    }
    for (Quarantined row : l3.dropQuarantined(over)) {
      boolean isCoalesced = retried.coalesced.contains(writes.get(row.id()));
      ledger.replayed(row, isCoalesced);
      tally.synced += isCoalesced ? 0 : 1;
      tally.coalesced += isCoalesced ? 1 : 0;
    }
  }

  /** Here Redis must hear of it: nobody would tell it later, for the outbox does not know it. */
  private void heal(Set<Write> stored) {
    if (!stored.isEmpty()) {
      l2.heal(stored, false);
      stored.forEach(write -> l1.unknown(write.conversation(), write.key(), write.stamp()));
    }
  }

  /** What L3 said of the writes of a chunk. */
  private static final class Retried implements ChunkWriter.Outcomes {
    final Set<Write> synced = new HashSet<>();
    final Set<Write> coalesced = new HashSet<>();
    final Map<Write, String> reasons = new HashMap<>();

    @Override
    public void committed(Write write, boolean isCoalesced) {
      (isCoalesced ? coalesced : synced).add(write);
    }

    @Override
    public void quarantined(Write write, String reason) {
      reasons.put(write, reason);
    }

    boolean isCommitted(Write write) {
      return synced.contains(write) || coalesced.contains(write);
    }
  }
}
