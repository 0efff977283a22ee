package dev.nivel;

import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Report;
import dev.nivel.store.NodeRegistry.Roster;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has all nodes agree on where the truth is while some of them can't reach Redis: not in Redis,
 * which those don't see, but in L3 (I4). Nodes talk to each other by their heartbeats in L3, which
 * happen one after another.
 *
 * <ol>
 * <li>A node that can't reach Redis reports an epoch, and confirms it itself like the others.
 * <li>Who sees it writes to L3 first from then on. When its earlier writes have arrived, and all
 * that it had not synced is in L3, and all that Redis holds for unsynced, whoever wrote it (the
 * reply to it may have been lost), it confirms the epoch.
 * <li>When all nodes have confirmed one epoch, L3 has everything: what is read from it is not
 * stale, and it judges conditions and idempotency keys. Before, nobody judges who knows of the
 * epoch; Redis goes on to judge for the others, of whom L3 is waiting.
 * <li>A node that reaches Redis again reports that its epoch ends. Who sees that judges no longer,
 * tells Redis what it wrote past it, and takes its confirmation back. When nobody confirms it any
 * more, the epoch is over, and Redis judges again.
 * </ol>
 *
 * What a node has heard counts for three seconds. An epoch whose node is silent lasts on until
 * nobody can believe in it any more. A node that hears nothing writes to nothing but L3 until
 * nobody counts on it any more. Safe for use by several threads.
 */
final class Epochs {
  private static final Logger LOG = LoggerFactory.getLogger(Epochs.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Health health;
  private final Membership membership;
  private final InFlight inFlight;
  private final Outbox outbox;
  private final Time time;
  /** How long after it was heard of nobody acts by something any more. */
  private final Duration expiry;
  private final ReentrantLock lock = new ReentrantLock();
  // Changed under the lock.
  private volatile Epoch own = Epoch.NONE;
  private volatile Turn ownTurn;
  /** Others' epochs that are not confirmed yet. */
  private final Map<Long, Turn> joining = new HashMap<>();
  private final Set<Long> confirmed = new HashSet<>();
  /** Others' epochs that end, the confirmation of which is to be taken back. */
  private final Map<Long, Turn> leaving = new HashMap<>();
  private volatile Heard heard = Heard.NOTHING;
  private volatile boolean isL3First;
  /** When what was heard last had become too old; null = it is not. */
  private @Nullable Turn deafened;
  /** Whether this node has not heard of others for so long that nobody counts on it. */
  private boolean isCutOff;
  /** Until when others may count on what this node has reported. */
  private long boundUntilNanos;
  private long lastId;

  /** The moment at which this node changed its ways. Guarded by lock. */
  private final class Turn {
    /** Of the writes that may still go the former way. */
    private final long[] mark = inFlight.mark();
    /** How many notes for Redis there were when those had arrived; 0 = they have not. */
    private long notes;
    /** Whether all that Redis held for unsynced when those had arrived is in L3. */
    private boolean isAdopted;

    boolean isPast() {
      if (notes == 0 && inFlight.isPast(mark)) {
        notes = health.notesWritten();
      }
      return notes != 0;
    }

    /** Whether they have arrived, and Redis has been told of them, if it can be reached. */
    boolean isTold() {
      return isPast() && (!health.isRedisUsed() || health.areNotesTold(notes));
    }
  }

  Epochs(Levels levels, Context context) {
    health = context.health();
    membership = context.membership();
    inFlight = context.inFlight();
    time = context.meters().time();
    outbox = levels.outbox();
    expiry = Heard.LEASE.multipliedBy(2).plus(health.supabase().callTimeout().multipliedBy(2));
    ownTurn = new Turn();
    boundUntilNanos = time.nanos();
    health.truthInL3(this::doesL3Judge);
  }

  /** Whether writes go to L3 first although this node may reach Redis. To be asked on a trip. */
  boolean isL3First() {
    return isL3First;
  }

  /** Whether Redis judges conditions and idempotency keys. */
  boolean doesRedisJudge() {
    return health.isRedisUsed() && !isL3First;
  }

  /**
   * Whether L3 judges conditions and idempotency keys: it, together with this node, has all that
   * was acknowledged, since this node is alone, as it has heard lately, or all nodes agree.
   */
  boolean doesL3Judge() {
    return (health.isAlone() && isFresh(heard)) || isAllInL3();
  }

  /**
   * Waits until Redis or L3 judges. To be called before a trip: others wait for the end of trips.
   *
   * @throws UnavailableException if neither does, and does not within two seconds or what is left
   *     of the request's time
   */
  void awaitJudge(Deadline deadline) {
    long end = System.nanoTime() + deadline.atMost(PATIENCE).toNanos();
    while (!doesRedisJudge() && !doesL3Judge()) {
      boolean isHopeless = !health.supabase().isClosed() || !heard.areAllCountedOn();
      if (isHopeless || System.nanoTime() - end > 0) {
        throw new UnavailableException("neither a condition nor an idempotency key can be judged"
            + " while a node can't reach Redis and others may have written");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /**
   * Whether L3 has all that any node has acknowledged. A node that is alone and reaches Redis keeps
   * some of it in Redis.
   */
  boolean isAllInL3() {
    Heard last = heard;
    if (membership.isFormerLifeOpen() || !isFresh(last)) {
      return false;
    }
    Epoch ownNow = own;
    return last.isAnyAgreed(ownNow.isEnding() ? 0 : ownNow.id());
  }

  private boolean isFresh(Heard last) {
    return !last.isNothing() && time.nanos() - last.sentNanos() <= Heard.LEASE.toNanos();
  }

  /** Whether all that was written here before Redis was out has arrived in L3. */
  boolean isDrained() {
    lock.lock();
    try {
      return own.isSome() && !own.isEnding() && isDrained(ownTurn);
    } finally {
      lock.unlock();
    }
  }

  private boolean isDrained(Turn turn) {
    return turn.isPast() && outbox.counts().pending() == 0
        && !health.isNoteMissing();
  }

  private boolean isAdoptionDue(Turn turn) {
    return health.isRedisUsed() && turn.isPast() && !turn.isAdopted;
  }

  /** Whether a sync is to bring to L3 all that Redis holds for unsynced, whoever wrote it. */
  boolean isAdoptionDue() {
    return adoption().isPresent();
  }

  /** The same for a sync that begins now: what to do when it has; empty if it need not. */
  Optional<Runnable> adoption() {
    lock.lock();
    try {
      List<Turn> due = joining.values().stream().filter(this::isAdoptionDue).toList();
      return due.isEmpty() ? Optional.empty() : Optional.of(() -> adopted(due));
    } finally {
      lock.unlock();
    }
  }

  private void adopted(List<Turn> turns) {
    lock.lock();
    try {
      turns.forEach(turn -> turn.isAdopted = true);
    } finally {
      lock.unlock();
    }
  }

  /** Whether something is under way that further heartbeats bring to its end. */
  boolean isUnsettled() {
    lock.lock();
    try {
      return !heard.epoch().equals(own) || !heard.confirmed().equals(confirmations())
          || own.isEnding()
          || !joining.isEmpty() || !leaving.isEmpty() || (own.isSome() && !isAllInL3());
    } finally {
      lock.unlock();
    }
  }

  /** The epoch to be reported. */
  Epoch own() {
    return own;
  }

  /** Which epochs to confirm in a heartbeat that is sent now. */
  Set<Long> confirmed() {
    lock.lock();
    try {
      return confirmations();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Its own epoch as well, if all is in L3 that was written here. None if this node has not heard
   * of others lately: nobody is to count on it only because its heartbeats arrive and their answers
   * do not. None either if it has taken writes with both stores out.
   */
  private Set<Long> confirmations() {
    boolean isSilenced = deafened != null && deafened.isPast();
    boolean isBehind = !health.isRedisUsed() && outbox.counts().pending() > 0;
    if (isSilenced || isBehind) {
      return Set.of();
    }
    Set<Long> all = new HashSet<>(confirmed);
    if (isDrained()) {
      all.add(own.id());
    }
    return Set.copyOf(all);
  }

  /** A turn: goes on as far as is possible without a heartbeat. */
  void tend() {
    lock.lock();
    try {
      tendOwn();
      boolean isFresh = isFresh(heard);
      deafened = isFresh ? null : deafened == null ? new Turn() : deafened;
      isCutOff = !isFresh && time.nanos() - boundUntilNanos > 0;
      if (isCutOff) { // nobody counts on this node any more, nor can it know what they do
        joining.clear();
        confirmed.clear();
        leaving.clear();
        own = health.isRedisUsed() ? Epoch.NONE : own;
      } else {
        joining.entrySet().removeIf(epoch -> tryConfirm(epoch.getKey(), epoch.getValue()));
        leaving.entrySet().removeIf(epoch -> tryLeave(epoch.getKey(), epoch.getValue()));
      }
      decide();
    } finally {
      lock.unlock();
    }
  }

  private void tendOwn() {
    boolean isOut = !health.isRedisUsed();
    if (isOut && (!own.isSome() || own.isEnding())) {
      lastId = Math.max(lastId + Stamp.NODES_MAX,
          Stamp.at(time.millis(), membership.number()).bits());
      own = new Epoch(lastId, false);
      ownTurn = new Turn();
    } else if (!isOut && own.isSome() && health.isAlone()) {
      own = Epoch.NONE;
    } else if (!isOut && own.isSome() && !own.isEnding()) {
      own = new Epoch(own.id(), true);
      ownTurn = new Turn();
    }
  }

  private boolean tryConfirm(long id, Turn turn) {
    if (membership.isFormerLifeOpen() || !isDrained(turn) || isAdoptionDue(turn)) {
      return false;
    }
    confirmed.add(id);
    return true;
  }

  private boolean tryLeave(long id, Turn turn) {
    if (!turn.isTold()) {
      return false;
    }
    confirmed.remove(id);
    return true;
  }

  private void decide() {
    boolean before = isL3First;
    isL3First = !joining.isEmpty() || !confirmed.isEmpty()
        || (own.isSome() && !health.isAlone())
        || (!isCutOff && heard.isAnyEnding(expiry));
    if (before != isL3First && health.isRedisUsed()) {
      LOG.info(isL3First ? "Writes go to Supabase first: another node can't reach Redis"
          : "Writes go to Redis first again: all nodes reach it");
    }
  }

  /** A heartbeat has ended, whether it was answered or not: others may count on its report. */
  void reported(Report report) {
    lock.lock();
    try {
      boolean isCountedOn = report.epoch().isSome() && !report.epoch().isEnding();
      if (isCountedOn || !report.confirmed().isEmpty()) {
        boundUntilNanos = time.nanos() + expiry.toNanos();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Learns what a heartbeat was answered with.
   *
   * @param sentNanos when it was sent
   */
  void heard(Roster roster, Report report, long sentNanos) {
    Heard last = Heard.of(roster, membership.number(), report.epoch(), sentNanos);
    lock.lock();
    try {
      heard = last;
      last.active().forEach(this::join);
      joining.keySet().removeIf(id -> !last.isActive(id));
      for (long id : confirmed) {
        if (last.isBelievedIn(id, expiry)) {
          leaving.remove(id);
        } else {
          leaving.computeIfAbsent(id, ended -> new Turn());
        }
      }
      endOwn(last);
      decide();
    } finally {
      lock.unlock();
    }
  }

  private void join(long id) {
    if (!confirmed.contains(id) && !joining.containsKey(id)) {
      isL3First = true; // before the mark is taken
      joining.put(id, new Turn());
    }
  }

  private void endOwn(Heard last) {
    boolean isOver = own.isEnding() && last.epoch().equals(own)
        && ownTurn.isTold() && !last.isConfirmed(own.id(), expiry);
    if (isOver) {
      own = Epoch.NONE;
    }
  }

  /** This node's number was taken: what it has reported counts no more. */
  void lost() {
    lock.lock();
    try {
      heard = Heard.NOTHING;
    } finally {
      lock.unlock();
    }
  }
}
