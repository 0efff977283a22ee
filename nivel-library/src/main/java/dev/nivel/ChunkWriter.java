package dev.nivel;

import dev.nivel.OutboxRecord.Settlement;
import dev.nivel.store.Entry;
import dev.nivel.store.FaultPoint;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.Item;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Refusal;
import dev.nivel.store.RejectedException;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one chunk of writes to L3, and makes outbox, Redis and L1 agree with what L3 says of it:
 * what is stored is settled; where L3 holds something newer, that goes to Redis; what was erased
 * meanwhile is erased in Redis; what L3 refuses for good is quarantined. Safe for use by several
 * threads.
 */
final class ChunkWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkWriter.class);

  private final L1 l1;
  private final L2 l2;
  private final L3 l3;
  private final Outbox outbox;
  private final Health health;
  private final StampClock clock;
  private final Membership membership;
  /** What becomes of writes that the outbox holds for pending. */
  private final Outcomes pending = new Outcomes() {
    @Override
    public void committed(Write write, boolean isCoalesced) {
      boolean wasHidden = outbox.committed(write, isCoalesced);
      if (wasHidden) {
        l1.unknown(write.conversation(), write.key(), write.stamp());
      }
    }

    @Override
    public void quarantined(Write write, String reason) {
      outbox.quarantined(write);
    }
  };

  ChunkWriter(Levels levels, Context context) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    outbox = levels.outbox();
    health = context.health();
    clock = context.clock();
    membership = context.membership();
  }

  /** Hears what becomes of each write of a chunk that is settled or given up. */
  interface Outcomes {
    /** L3 holds it, or with {@code isCoalesced} something newer; or its conversation is erased. */
    void committed(Write write, boolean isCoalesced);

    /** L3 refuses it for good and keeps it apart. */
    void quarantined(Write write, String reason);
  }

  /**
   * What became of chunks.
   *
   * @param synced how many writes L3 holds now, or holds something newer of
   * @param quarantined how many L3 keeps apart
   * @param failed those that could be neither stored nor quarantined; they stay pending
   * @param batches how many statements
   */
  record Result(long synced, long quarantined, List<Write> failed, long batches) {
    static final Result NONE = new Result(0, 0, List.of(), 0);

    Result plus(Result other) {
      List<Write> all = new ArrayList<>(failed);
      all.addAll(other.failed);
      return new Result(synced + other.synced, quarantined + other.quarantined, all,
          batches + other.batches);
    }
  }

  /**
   * What L3 says of a chunk.
   *
   * @param refusals of single writes; all others are stored
   * @param rejection of all of it, for the sake of one or more; null = it was taken
   */
  record Judged(List<Write> writes, List<Refusal> refusals,
      @Nullable RejectedException rejection) {
    boolean isTaken() {
      return rejection == null;
    }
  }

  /**
   * Writes a chunk.
   *
   * @throws UnavailableException if L3 does not answer; everything stays pending
   */
  Result write(List<Write> writes) {
    return write(writes, pending);
  }

  /** The same with writes that are not the outbox's. */
  Result write(List<Write> writes, Outcomes outcomes) {
    try (Settling settling = settling()) {
      return write(writes, outcomes, settling);
    }
  }

  private Result write(List<Write> writes, Outcomes outcomes, Settling settling) {
    return conclude(judge(writes), outcomes, settling);
  }

  /**
   * The first half of writing a chunk: L3 has it, and nobody knows.
   *
   * @throws UnavailableException if L3 does not answer; everything stays pending
   */
  Judged judge(List<Write> writes) {
    try {
      return new Judged(writes, l3.write(writes), null);
    } catch (RejectedException e) {
      return new Judged(writes, List.of(), e);
    }
  }

  /**
   * The second half, with one chunk of several: what it settles may be settled during the next one.
   *
   * @throws UnavailableException if L3 does not answer where it is asked again; some of the chunk
   *     may be concluded, and the rest stays pending
   */
  Result conclude(Judged judged, Settling settling) {
    return conclude(judged, pending, settling);
  }

  private Result conclude(Judged judged, Outcomes outcomes, Settling settling) {
    List<Write> writes = judged.writes();
    @Nullable RejectedException rejection = judged.rejection();
    if (rejection != null) {
      return writes.size() == 1 ? quarantine(writes.get(0), rejection.getMessage(), outcomes)
          : halve(writes, outcomes, settling);
    }
    Map<Write, Refusal> refused = judged.refusals()
        .stream()
        .collect(Collectors.toMap(Refusal::write, Function.identity()));
    List<Write> stored = writes.stream().filter(write -> !refused.containsKey(write)).toList();
    if (!health.isRedisUsed()) { // before: what is committed is not kept for long
      note(stored);
    }
    FaultPoint.reach("sync-after-commit");
    stored.forEach(write -> outcomes.committed(write, false));
    FaultPoint.reach("sync-before-settling");
    settling.begin(stored);
    Result result = new Result(stored.size(), 0, List.of(), 1);
    for (Refusal refusal : judged.refusals()) {
      result = result.plus(accept(refusal, outcomes));
    }
    return result;
  }

  private Result halve(List<Write> writes, Outcomes outcomes, Settling settling) {
    int middle = writes.size() / 2;
    return write(writes.subList(0, middle), outcomes, settling)
        .plus(write(writes.subList(middle, writes.size()), outcomes, settling));
  }

  private Result quarantine(Write write, String reason, Outcomes outcomes) {
    try {
      l3.quarantine(write, membership.number(), reason);
    } catch (RejectedException e) {
      LOG.error("A write can be neither stored nor quarantined: {}", e.getMessage());
      return new Result(0, 0, List.of(write), 1);
    }
    LOG.error("A write was quarantined: {}", reason);
    outcomes.quarantined(write, reason);
    settle(List.of(write));
    return new Result(0, 1, List.of(), 1);
  }

  private Result accept(Refusal refusal, Outcomes outcomes) {
    Write write = refusal.write();
    switch (refusal.reason()) {
      case NEWER -> {
        outcomes.committed(write, true);
        takeNewer(write, refusal.held());
      }
      case ERASED -> {
        outcomes.committed(write, true);
        l1.forget(write.conversation());
        tellRedis(() -> l2.erase(write.conversation(), write.stamp()));
      }
      case CONFLICT -> {
        settleConflict(write, refusal.held()); // first: what replaces it is kept before it goes
        outcomes.committed(write, true);
      }
      case TOO_OLD -> {
        return quarantine(write, "it is older than what tombstones are kept for",
            outcomes);
      }
    }
    return new Result(1, 0, List.of(), 0);
  }

  /** Redis is told of it by whichever node reaches it first. */
  private void note(List<Write> stored) {
    if (!stored.isEmpty()) {
      l3.noteForL2(stored);
      health.noteWritten();
    }
  }

  private void takeNewer(Write write, @Nullable Field held) {
    if (held != null) {
      l1.unknown(write.conversation(), held.key(), held.stamp());
      tellRedis(() -> l2.heal(List.of(new Write(write.conversation(), held)), false));
    }
  }

  private void settleConflict(Write write, @Nullable Field held) {
    if (write.field() instanceof IdempotencyKey) { // its stamp is an item's, the first use counts
      takeNewer(write, held);
    } else {
      stampAnew(write);
    }
  }

  private void stampAnew(Write write) {
    LOG.error("Two nodes gave the same stamp {}; the later write is stamped anew", write.stamp());
    Stamp stamp = clock.next(write.conversation());
    Field field = write.field();
    Field anew = field instanceof Entry entry
        ? new Entry(entry.name(), stamp, entry.content(), entry.expiresAtMillis())
        : new Item(stamp, ((Item) field).value());
    Write renewed = new Write(write.conversation(), anew);
    outbox.adopt(renewed);
    l1.forget(write.conversation());
    tellRedis(() -> l2.heal(List.of(renewed), true));
  }

  /** Tells Redis which writes are settled. What it does not hear now is noted for it. */
  void settle(List<Write> stored) {
    try (Settling settling = settling()) {
      settling.begin(stored);
    }
  }

  /** For a run over several chunks. */
  Settling settling() {
    return new Settling();
  }

  /**
   * Tells Redis which writes are settled, chunk by chunk, and does something else before the answer
   * is asked for. Closing waits for the last one. For use by one thread.
   */
  final class Settling implements AutoCloseable {
    private List<Write> asked = List.of();
    private Supplier<List<Write>> answer = List::of;

    private void begin(List<Write> stored) {
      boolean wasUsed = health.isRedisUsed(); // before the last answer, which may end that
      close();
      if (stored.isEmpty() || !wasUsed) {
        return;
      }
      outbox.settle(stored, Settlement.ASKED); // before: an offer to Redis in between counts
      tellOrNote(stored, () -> {
        answer = l2.beginSettle(stored);
        asked = stored;
      });
    }

    @Override
    public void close() {
      if (asked.isEmpty()) {
        return;
      }
      List<Write> stored = asked;
      asked = List.of(); // whatever comes of it
      tellOrNote(stored, () -> {
        List<Write> behind = answer.get();
        if (!behind.isEmpty()) {
          l2.heal(behind, false);
        }
        outbox.settle(stored, Settlement.DONE);
      });
      FaultPoint.reach("sync-after-settling");
    }

    /** Redis was used when this began; if it is not any more, others have to tell it. */
    private void tellOrNote(List<Write> stored, Runnable telling) {
      if (!tellRedis(telling)) {
        outbox.settle(stored, Settlement.OPEN);
        noteIfPossible(stored);
      }
    }
  }

  private void noteIfPossible(List<Write> stored) {
    try {
      note(stored);
    } catch (UnavailableException e) {
      health.noteMissing(true);
      LOG.warn("What Redis could not be told was not noted either; a later run tells it: {}",
          e.getMessage());
    }
  }

  /** Returns whether it was told. */
  private boolean tellRedis(Runnable telling) {
    if (!health.isRedisUsed()) {
      return false;
    }
    try {
      telling.run();
      return true;
    } catch (UnavailableException e) {
      LOG.warn("Redis could not be told what was synced: {}", e.getMessage());
      return false;
    }
  }
}
