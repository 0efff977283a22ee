package dev.nivel;

import dev.nivel.store.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is out at present, and what that means for answers. Safe for use by several threads.
 */
final class Health {
  /** How old the knowledge of what was written past Redis may be. */
  private static final Duration NOTES_AGE_MAX = Duration.ofSeconds(3);

  private final Breaker redis;
  private final Breaker supabase;
  private final Time time;
  private volatile BooleanSupplier isRedisDispensable = () -> false;
  private volatile BooleanSupplier takesWrites = () -> true;
  /** Since when that is so. */
  private volatile LongSupplier takesWritesSinceMillis = () -> 0;
  private volatile boolean isAlone;
  private volatile boolean areReplaysJudged = true;
  private volatile long notesReadAtNanos;
  private volatile boolean isOfferDue;
  /** What is wrong with a part of Redis although it is used; "" = nothing. */
  private volatile String redisTrouble = "";
  private volatile boolean isNoteMissing;
  /** How often Redis may have lost what it held. */
  private final AtomicLong generations = new AtomicLong();
  /** After which of these times all other nodes have offered again what was unsynced. */
  private volatile long generationsOffered;
  /** Counts what this node wrote past Redis; the notes of a former life count as one. */
  private final AtomicLong notesWritten = new AtomicLong(1);
  /** Up to when one may come that L3 has not confirmed. */
  private final AtomicLong noteMayComeUntilNanos;
  /** Up to which of these Redis has been told. */
  private volatile long notesTold;
  /** Up to which of these a read past Redis may have seen what Redis has not been told. */
  private final AtomicLong notesInDoubt = new AtomicLong();

  Health(Breaker redis, Breaker supabase, Time time) {
    this.redis = redis;
    this.supabase = supabase;
    this.time = time;
    notesReadAtNanos = time.nanos();
    noteMayComeUntilNanos = new AtomicLong(notesReadAtNanos);
    redis.effect(this::effect);
    supabase.effect(this::effect);
  }

  private String effect() {
    return "; the mode is " + mode() + " now: " + mode().meaning();
  }

  Breaker redis() {
    return redis;
  }

  Breaker supabase() {
    return supabase;
  }

  /** Whether L1 and L2 may answer. */
  boolean isRedisUsed() {
    return redis.isClosed();
  }

  /** Names what tells whether L3 and this node have all that was acknowledged (Epochs). */
  void truthInL3(BooleanSupplier isThere) {
    isRedisDispensable = isThere;
  }

  /** Names what tells whether Supabase takes writes, as far as is known (WriteGate). */
  void supabaseTakesWrites(BooleanSupplier doesIt, LongSupplier sinceMillis) {
    takesWrites = doesIt;
    takesWritesSinceMillis = sinceMillis;
  }

  /** Whether Supabase is used and takes writes, as far as is known. */
  boolean doesSupabaseTakeWrites() {
    return supabase.isClosed() && takesWrites.getAsBoolean();
  }

  /** Whether all that any node has acknowledged is to be had without Redis. */
  boolean isRedisDispensable() {
    return isRedisDispensable.getAsBoolean();
  }

  /** Whether neither store takes writes at present. */
  boolean isNoStoreWritable() {
    return !redis.isClosed() && !doesSupabaseTakeWrites();
  }

  /**
   * Tells what is wrong with a part of Redis, one of several masters, although it is used.
   *
   * @param words "" = nothing
   * @return whether that is news
   */
  boolean redisTrouble(String words) {
    boolean isNews = words.isEmpty() != redisTrouble.isEmpty();
    redisTrouble = words;
    return isNews;
  }

  /** Tells whether no other node has anything that this one does not see. */
  void alone(boolean isAloneNow) {
    isAlone = isAloneNow;
  }

  /**
   * Whether this node is the only one, as far as it knows: no other lives, none has ended without
   * leaving, and nothing of a former life waits in Redis.
   */
  boolean isAlone() {
    return isAlone;
  }

  /** Tells whether L3 has judged all that the journal had kept. */
  void replaysJudged(boolean areJudged) {
    areReplaysJudged = areJudged;
  }

  /** Redis may have lost what it held, and what other nodes have not synced was in it alone. */
  void generationStarted() {
    generations.incrementAndGet();
    isOfferDue = true;
  }

  /** Whether Redis may lack something that is unsynced here. */
  boolean isOfferDue() {
    return isOfferDue;
  }

  /** Tells whether Redis may lack something that is unsynced here. */
  void offerDue(boolean isDue) {
    isOfferDue = isDue;
  }

  /**
   * A write is in the outbox that Redis accepted earlier: an offer in between went without it.
   *
   * @param started from {@link #generations}, before Redis was asked
   */
  void acknowledged(long started) {
    if (generations.get() != started) {
      isOfferDue = true;
    }
  }

  /** Tells whether Redis may lack something that L3 holds, and no note says so. */
  void noteMissing(boolean isMissing) {
    isNoteMissing = isMissing;
  }

  /** Whether Redis may lack something that L3 holds, and no note says so. */
  boolean isNoteMissing() {
    return isNoteMissing;
  }

  /** Whether others' offers are awaited since Redis may have lost what it held. */
  boolean areOffersAwaited() {
    return generationsOffered < generations.get();
  }

  /**
   * How often {@link #generationStarted} was called so far: for {@link #generationsOffered} and
   * {@link #acknowledged}.
   */
  long generations() {
    return generations.get();
  }

  /**
   * All other nodes have offered to Redis what it may have lost.
   *
   * @param started from {@link #generations}, before it was asked what they have offered
   */
  void generationsOffered(long started) {
    generationsOffered = started;
  }

  /** Something was written past Redis, with a note for it in L3. */
  void noteWritten() {
    notesWritten.incrementAndGet();
  }

  /**
   * L3 has not answered when something was written past Redis: the note may still come until twice
   * the time of a call is over. Whoever reads L3 may see what was written, and the outbox does not
   * have it.
   */
  void noteMayCome() {
    long until = time.nanos() + supabase.callTimeout().multipliedBy(2).toNanos();
    // Of several callers at once the last one is not the one who read the clock last.
    noteMayComeUntilNanos.accumulateAndGet(until, (held, own) -> own - held > 0 ? own : held);
    notesInDoubt();
  }

  /** Redis may be used again before it has been told what was read from L3 meanwhile. */
  void notesInDoubt() {
    notesInDoubt.accumulateAndGet(notesWritten.incrementAndGet(), Math::max);
  }

  /** How many notes this node wrote so far: for {@link #notesTold}. */
  long notesWritten() {
    return notesWritten.get();
  }

  /** Whether Redis has been told of so many notes. */
  boolean areNotesTold(long written) {
    return notesTold >= written;
  }

  /**
   * Redis has been told of all notes that there are.
   *
   * @param written from {@link #notesWritten}, before L3 was asked for the notes
   * @param askedNanos when it was asked for the last of them
   */
  void notesTold(long written, long askedNanos) {
    notesReadAtNanos = askedNanos;
    if (askedNanos - noteMayComeUntilNanos.get() >= 0) {
      notesTold = written;
    }
  }

  /**
   * Whether an answer may be older than I4 allows: what other nodes wrote is not to be seen while
   * Redis is out, until all of them write to L3 first (Epochs); nor what they had not synced when
   * Redis lost it, until all of them have offered it again, those too that are down; nor what was
   * written past Redis until it has been told, and may have been read already if L3 has not
   * confirmed it, or if others wrote it while Redis came back or L3 had no answer then; nor what
   * the journal had kept until L3 has judged it.
   */
  boolean mayBeStale() {
    return mayBeStale(NOTES_AGE_MAX);
  }

  /**
   * The same.
   *
   * @param notesAgeMax how old the notes may be
   */
  boolean mayBeStale(Duration notesAgeMax) {
    if (!areReplaysJudged) {
      return true;
    }
    if (!isRedisUsed()) {
      return !isRedisDispensable();
    }
    if (notesTold < notesInDoubt.get()) {
      return true;
    }
    boolean mayNotesMatter = !isAlone || notesTold < notesWritten.get();
    if (!mayNotesMatter) {
      return false;
    }
    return time.nanos() - notesReadAtNanos > notesAgeMax.toNanos()
        || (!isAlone && areOffersAwaited());
  }

  /**
   * The same for an answer for which L2 was asked: if it did not answer, what other nodes wrote is
   * not to be seen.
   */
  boolean mayBeStale(boolean isL2Heard) {
    return mayBeStale() || (!isL2Heard && !isRedisDispensable());
  }

  /** The mode that follows from the breakers. */
  Mode mode() {
    if (redis.state().equals("HALF_OPEN")) {
      return Mode.RECOVERING;
    }
    if (!redis.isClosed()) {
      return supabase.isClosed() ? Mode.BYPASS : Mode.ISOLATED;
    }
    return doesSupabaseTakeWrites() ? Mode.NORMAL : Mode.BUFFERING;
  }

  /** The mode, why and since when. */
  Metrics.ModeMetrics modeCounts() {
    Mode now = mode();
    Instant changed = Instant.ofEpochMilli(takesWritesSinceMillis.getAsLong());
    Instant since = Stream.of(redis.since(), supabase.since(), changed)
        .max(Instant::compareTo)
        .orElseThrow();
    String inPart = redis.isClosed() && !redisTrouble.isEmpty() ? "a part of Redis is out" : "";
    String readOnly = takesWrites.getAsBoolean() ? "" : "Supabase takes no writes";
    String reason = Stream
        .of(outline("Redis", redis), inPart, outline("Supabase", supabase), readOnly)
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining("; "));
    return new Metrics.ModeMetrics(now, reason, since);
  }

  private static String outline(String store, Breaker breaker) {
    return switch (breaker.state()) {
      case "CLOSED" -> "";
      case "HALF_OPEN" -> store + " is being tried";
      default -> store + " is out: " + breaker.outline();
    };
  }
}
