package dev.nivel;

import dev.nivel.store.FaultPoint;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writing while this node or another can't reach Redis, or when Redis failed a write.
 *
 * <ol>
 * <li>A conditional or keyed write is only possible while L3 judges ({@link Epochs}); this node's
 * own unsynced writes, of which earlier ones have arrived ({@link InFlight}), are brought to L3
 * first.
 * <li>One transaction writes the fields to L3 and notes that Redis must be told.
 * <li>The outbox keeps them for a minute, so that this node's reads see them even if Redis comes
 * back and has not been told yet. Redis is told at once if it can be reached. Then the write is
 * acknowledged.
 * </ol>
 *
 * RecoveryPath tells Redis again, and removes the note. If L3 fails as well, the write is refused;
 * if Redis may have accepted it, the refusal says that the outcome is unknown.
 */
final class BypassPath {
  private static final Logger LOG = LoggerFactory.getLogger(BypassPath.class);

  private final L2 l2;
  private final L3 l3;
  private final L1 l1;
  private final Outbox outbox;
  private final SyncPath sync;
  private final Epochs epochs;
  private final Health health;

  BypassPath(Levels levels, SyncPath sync, Epochs epochs, Health health) {
    l2 = levels.l2();
    l3 = levels.l3();
    l1 = levels.l1();
    outbox = levels.outbox();
    this.sync = sync;
    this.epochs = epochs;
    this.health = health;
  }

  /**
   * Writes fields to L3.
   *
   * @param mayBeInRedis whether Redis may have accepted them under these stamps
   */
  WritePath.Tried write(Draft draft, List<Field> fields, boolean mayBeInRedis) {
    String conversation = draft.conversation();
    Stamp own = newestOwn(conversation, fields);
    if (!mayBeInRedis && !fields.get(0).stamp().isNewerThan(own)) {
      return new WritePath.Tried(WriteReply.refused(own), Set.of());
    }
    long ticket = l1.ticket(conversation);
    WriteReply reply;
    try {
      if (draft.mustBeJudged()) {
        prepareJudgement(conversation);
        checkJudge(); // again: that may have taken long
        draft.deadline().check();
      }
      reply = l3.writeFirst(conversation, fields, draft.condition(), mayBeInRedis).to(fields);
    } catch (UnavailableException e) {
      if (e.outcome() == Outcome.UNKNOWN) {
        health.noteMayCome();
      }
      throw mayBeInRedis ? new UnavailableException(e.getMessage(), Outcome.UNKNOWN, e) : e;
    }
    if (reply.outcome() == WriteReply.Outcome.ACCEPTED) {
      FaultPoint.reach("bypass-after-commit");
      health.noteWritten();
      outbox.acknowledgeCommitted(conversation, fields);
      if (epochs.isL3First() && health.isRedisUsed()) {
        tellRedis(conversation, fields);
      }
      l1.apply(conversation, fields, ticket);
    }
    return new WritePath.Tried(reply, Set.of(Durability.SUPABASE));
  }

  /** What this node has acknowledged meanwhile must not be the newer one: it came first. */
  private Stamp newestOwn(String conversation, List<Field> fields) {
    @Nullable Field own = fields.size() == 1 ? outbox.of(conversation, fields.get(0).key()) : null;
    return own == null ? Stamp.NONE : own.stamp();
  }

  private void tellRedis(String conversation, List<Field> fields) {
    try {
      l2.heal(fields.stream().map(field -> new Write(conversation, field)).toList(), false);
    } catch (UnavailableException e) {
      LOG.debug("Redis is told by the note", e);
    }
  }

  private void prepareJudgement(String conversation) {
    checkJudge();
    sync.commit(outbox.pending(conversation));
  }

  private void checkJudge() {
    if (!epochs.doesL3Judge()) {
      throw new UnavailableException("neither a condition nor an idempotency key can be judged"
          + " while Redis is out and other nodes may have written");
    }
  }
}
