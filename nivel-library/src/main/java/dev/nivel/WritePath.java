package dev.nivel;

import dev.nivel.journal.Place;
import dev.nivel.store.FaultPoint;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.L2;
import dev.nivel.store.RejectedException;
import dev.nivel.store.RejectedException.Reason;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Write;
import dev.nivel.store.WriteReply;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writing.
 *
 * <ol>
 * <li>The node stamps the write: newer than all that it knows of the conversation (I2).
 * <li>Redis accepts it by one script, or names a newer stamp and the write is stamped anew, or
 * can't judge condition or idempotency key and the conversation is promoted from L3 first. A stamp
 * that is too far ahead of Redis's clock is nobody's: the clock is measured, and the write stamped
 * anew. An append that was made before is answered with its first receipt (Repetitions).
 * <li>The journal takes it in (Journaling), then the outbox; from there SyncPath brings it to L3
 * (I1).
 * <li>L1 is updated in place, and the write is acknowledged, with where it is now.
 * </ol>
 *
 * If Redis is out or fails, or another node can't reach it (Epochs), the write goes to L3 first
 * (BypassPath), under the same stamp: a write of unknown outcome appears once (I7). If L3 fails as
 * well, Redis is asked once more, if it was asked before. If both are known to be out, IsolatedPath
 * may take the write. If the outbox is full, the write is refused and sync starts (I8). No step
 * begins after the request's deadline.
 */
final class WritePath {
  private static final Logger LOG = LoggerFactory.getLogger(WritePath.class);
  private static final int ATTEMPTS_MAX = 8;

  private final L1 l1;
  private final L2 l2;
  private final Outbox outbox;
  private final Journaling journaling;
  private final BypassPath bypass;
  private final IsolatedPath isolated;
  private final SyncPath sync;
  private final Epochs epochs;
  private final Loader loader;
  private final Health health;
  private final StampClock clock;
  private final Meters meters;
  private final UnansweredWrites unanswered;
  private final InFlight inFlight;
  private final Repetitions repetitions;
  private final Context context;

  WritePath(Levels levels, Paths paths, Context context) {
    l1 = levels.l1();
    l2 = levels.l2();
    outbox = levels.outbox();
    journaling = levels.journaling();
    bypass = paths.bypass();
    isolated = paths.isolated();
    sync = paths.sync();
    epochs = paths.epochs();
    loader = paths.loader();
    health = context.health();
    clock = context.clock();
    meters = context.meters();
    unanswered = context.unanswered();
    inFlight = context.inFlight();
    this.context = context;
    repetitions = new Repetitions(outbox, sync, meters.time());
  }

  /** Writes a draft and returns when it is as durable as its options ask. */
  Receipt write(Draft begun) {
    Draft draft = begun.within(context.deadline());
    try {
      checkDurability(draft);
      return withRoom(draft);
    } catch (RejectedException e) {
      meters.countRefusedWrite();
      throw e;
    } catch (UnavailableException e) {
      meters.countRefusedWrite();
      throw repetitions.isOpen(draft) ? unknown(e) : e; // an earlier attempt may have succeeded
    }
  }

  private void checkDurability(Draft draft) {
    if (draft.options().isDurable() && !health.doesSupabaseTakeWrites()) {
      throw new UnavailableException(
          "Supabase is out, or takes no writes, and the write is to wait for it");
    }
    journaling.refuseIfRequired();
  }

  private Receipt withRoom(Draft draft) {
    Outbox.Room room = outbox.reserve(draft.bytes());
    if (room != Outbox.Room.ENOUGH) {
      sync.startSoon();
    }
    if (room == Outbox.Room.NONE) {
      throw new UnavailableException("the outbox is full: Supabase has been slow or out");
    }
    try {
      return attempt(draft);
    } finally {
      outbox.unreserve(draft.bytes());
    }
  }

  private Receipt attempt(Draft draft) {
    if (draft.mustBeJudged()) { // by a store that knows what the journal had kept
      sync.commit(outbox.unjudged(draft.conversation()));
    }
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      draft.deadline().check();
      if (draft.mustBeJudged()) {
        epochs.awaitJudge(draft.deadline());
      }
      Optional<Receipt> receipt = tryOnce(draft, attempt);
      if (receipt.isPresent()) {
        return receipt.get();
      }
    }
    throw new UnavailableException("the write was overtaken " + ATTEMPTS_MAX
        + " times by other writes to the conversation");
  }

  private Optional<Receipt> tryOnce(Draft draft, int attempt) {
    Optional<Receipt> earlier = repetitions.receipt(draft);
    if (earlier.isPresent()) {
      return earlier;
    }
    Optional<List<Stamp>> open = repetitions.openStamps(draft);
    Tried tried;
    List<Field> fields;
    InFlight.Trip trip = inFlight.begin(draft.conversation(),
        () -> open.orElseGet(() -> clock.next(draft.conversation(), draft.count())));
    try {
      fields = draft.at(trip.stamps(), meters.time().millis());
      tried = isolated.takes(draft) ? isolated.write(draft, fields)
          : tryStores(draft, fields, trip, open.isPresent());
    } finally {
      trip.close();
    }
    WriteReply reply = tried.reply();
    switch (reply.outcome()) {
      case ACCEPTED -> {
        Set<Durability> durability = reachDurability(draft, fields, trip, tried);
        repetitions.close(draft);
        return Optional.of(new Receipt(trip.stamps(), durability, !reply.existed()));
      }
      case REPEATED -> {
        repetitions.close(draft);
        return Optional.of(repetitions.receipt(draft, Objects.requireNonNull(reply.first()),
            tried.durability()));
      }
      case REFUSED, AHEAD -> {
        correct(draft, reply);
        if (open.isPresent() && isNowhere(draft, attempt)) {
          repetitions.close(draft);
        }
      }
      case CONDITION -> throw new RejectedException(Reason.CONDITION, reply.held().isSome()
          ? "the entry has version " + reply.held()
          : "there is no such entry");
      case UNKNOWN -> promote(draft, attempt);
    }
    return Optional.empty();
  }

  private void correct(Draft draft, WriteReply reply) {
    if (reply.outcome() == WriteReply.Outcome.AHEAD) {
      retreat(draft, reply.held());
    } else {
      clock.observe(draft.conversation(), reply.held());
    }
  }

  /**
   * Whether an append that the used store does not have is sure to be in the other one neither, or
   * known to both from now on.
   */
  private boolean isNowhere(Draft draft, int attempt) {
    return !health.isRedisUsed() || promote(draft, attempt);
  }

  /** What came of an attempt. */
  record Tried(WriteReply reply, Set<Durability> durability) {
    boolean isStored() {
      return reply.outcome() == WriteReply.Outcome.ACCEPTED
          || reply.outcome() == WriteReply.Outcome.REPEATED;
    }
  }

  private Tried tryStores(Draft draft, List<Field> fields, InFlight.Trip trip,
      boolean mayBeStored) {
    try {
      if (draft.mustBeJudged()) {
        trip.awaitEarlier(draft.deadline());
      }
      return epochs.doesRedisJudge() && isRedisTold(draft) ? tryRedis(draft, fields, mayBeStored)
          : bypass.write(draft, fields, mayBeStored);
    } catch (UnavailableException e) {
      leaveOpen(draft, trip, e);
      throw e;
    }
  }

  private void leaveOpen(Draft draft, InFlight.Trip trip, UnavailableException failure) {
    if (failure.outcome() == Outcome.UNKNOWN) {
      repetitions.leaveOpen(draft, trip.stamps());
    }
  }

  /** Waits for L3 if that is wanted; returns where the write is then. */
  private Set<Durability> reachDurability(Draft draft, List<Field> fields, InFlight.Trip trip,
      Tried tried) {
    Set<Durability> reached = EnumSet.copyOf(tried.durability());
    if (draft.options().isDurable() && reached.add(Durability.SUPABASE)) {
      try {
        draft.deadline().check(Outcome.UNKNOWN);
        commit(draft.conversation(), fields);
      } catch (UnavailableException e) {
        leaveOpen(draft, trip, e);
        throw e;
      }
    }
    return reached;
  }

  /**
   * Whether Redis can judge the draft: not before it holds what this node wrote past it lately.
   */
  private boolean isRedisTold(Draft draft) {
    return !draft.mustBeJudged() || sync.settle(draft.conversation(), draft.deadline());
  }

  private Tried tryRedis(Draft draft, List<Field> fields, boolean mayBeStored) {
    FaultPoint.reach("write-before-redis");
    Asked asked = askRedis(draft, fields);
    return asked.tried()
        .orElseGet(() -> writePastRedis(draft, fields, asked.mayBeInRedis() || mayBeStored));
  }

  /**
   * What Redis made of a write.
   *
   * @param tried what came of it; empty if Redis has not answered
   * @param mayBeInRedis whether Redis may carry it out although it has not answered
   */
  private record Asked(Optional<Tried> tried, boolean mayBeInRedis) {}

  private Asked askRedis(Draft draft, List<Field> fields) {
    Begun begun = new Begun(l1.ticket(draft.conversation()), health.generations());
    WriteReply reply;
    try {
      reply = l2.write(draft.conversation(), fields, draft.condition());
    } catch (UnavailableException e) {
      return new Asked(Optional.empty(), doubt(draft, fields, e));
    }
    return new Asked(Optional.of(acknowledge(draft, fields, reply, begun)), true);
  }

  /** What was so before Redis was asked: L1's ticket, and how many generations there were. */
  private record Begun(long ticket, long generations) {}

  /** Redis has not answered; returns whether it may carry out the write all the same. */
  private boolean doubt(Draft draft, List<Field> fields, UnavailableException failure) {
    boolean mayBeInRedis = failure.outcome() == Outcome.UNKNOWN;
    if (mayBeInRedis) {
      unanswered.add(fields);
    }
    l1.doubt(draft.conversation(), fields);
    return mayBeInRedis;
  }

  /** Redis has failed the write. If L3 does as well, Redis gets a second chance. */
  private Tried writePastRedis(Draft draft, List<Field> fields, boolean mayBeInRedis) {
    try {
      draft.deadline().check(mayBeInRedis ? Outcome.UNKNOWN : Outcome.NOT_APPLIED);
      return bypass.write(draft, fields, mayBeInRedis);
    } catch (UnavailableException failure) {
      if (draft.deadline().isOver()) {
        throw failure;
      }
      Asked again = askRedis(draft, fields);
      Tried tried = again.tried()
          .orElseThrow(() -> again.mayBeInRedis() ? unknown(failure) : failure);
      if (failure.outcome() == Outcome.UNKNOWN && !tried.isStored()) {
        throw failure; // L3 may have it under these stamps, so it must not get others
      }
      return tried;
    }
  }

  private static UnavailableException unknown(UnavailableException failure) {
    return new UnavailableException(failure.getMessage(), Outcome.UNKNOWN, failure);
  }

  private Tried acknowledge(Draft draft, List<Field> fields, WriteReply answer, Begun begun) {
    WriteReply reply = answer.to(fields);
    if (reply.outcome() == WriteReply.Outcome.REPEATED) {
      keepRepeated(draft, Objects.requireNonNull(reply.first()));
    }
    if (reply.outcome() != WriteReply.Outcome.ACCEPTED) {
      return new Tried(reply, Set.of(Durability.REDIS)); // where a repeated append is
    }
    FaultPoint.reach("write-after-redis");
    EnumSet<Durability> durability = EnumSet.of(Durability.REDIS);
    @Nullable Place place = journal(draft, fields, begun);
    if (Journaling.isSomewhere(place)) {
      durability.add(Durability.JOURNAL);
    }
    FaultPoint.reach("write-after-journal");
    outbox.acknowledge(draft.conversation(), fields, place);
    health.acknowledged(begun.generations());
    l1.apply(draft.conversation(), fields, begun.ticket());
    FaultPoint.reach("write-before-acknowledgement");
    return new Tried(reply, durability);
  }

  /** Whoever made the append may not know that Redis accepted it, and not bring it to L3. */
  private void keepRepeated(Draft draft, IdempotencyKey first) {
    if (repetitions.isSame(draft, first)) {
      outbox.keep(draft.conversation(), draft.at(first.items(), first.stamp().millis()));
    }
  }

  /**
   * If the journal must have it and can't take it, Redis has the write and shows it, so L3 will get
   * it as well: its outcome is unknown.
   */
  private @Nullable Place journal(Draft draft, List<Field> fields, Begun begun) {
    try {
      return journaling.append(draft.conversation(), fields);
    } catch (UnavailableException e) {
      outbox.keep(draft.conversation(), fields);
      health.acknowledged(begun.generations());
      l1.doubt(draft.conversation(), fields);
      throw unknown(e);
    }
  }

  /**
   * A write that Redis has, and L3 does not take now, will be synced, or is in the quarantine: its
   * outcome is unknown.
   */
  private void commit(String conversation, List<Field> fields) {
    try {
      if (sync.commit(fields.stream().map(field -> new Write(conversation, field)).toList()) > 0) {
        throw new UnavailableException("Supabase refuses the write for good: see the quarantine");
      }
    } catch (UnavailableException e) {
      throw unknown(e);
    }
  }

  /**
   * A clock is wrong, and nobody accepted the stamp. Something stored may still be that far ahead
   * in L3 alone: Redis must know it, or it would accept what L3 takes for outdated (I2).
   */
  private void retreat(Draft draft, Stamp newest) {
    clock.retreat(draft.conversation(), newest);
    if (!health.isRedisUsed()) {
      return;
    }
    try {
      loader.promote(draft.conversation(), draft.deadline());
    } catch (UnavailableException e) {
      LOG.debug("A conversation was not promoted after a stamp that was too far ahead", e);
    }
  }

  /** Returns whether Redis holds now what L3 does. */
  private boolean promote(Draft draft, int attempt) {
    if (loader.promote(draft.conversation(), draft.deadline())) {
      return true;
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1L << attempt)); // somebody else fills it
    return false;
  }
}
