package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.Lookup;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds in L2 and L3 what L1 does not know, and promotes it.
 *
 * <ol>
 * <li>L2 is asked, if Redis is used. If it knows, that goes to L1. If it fails, it knows nothing.
 * <li>Else the right to fill L2 is asked for, then L3 is read, then L2 and L1 are filled, or the
 * right is given back.
 * <li>If L3 fails, the answer is what L2 and the outbox have, or else what L1 still holds, said to
 * be stale; if none of them has anything, the failure is reported (I3).
 * </ol>
 *
 * What L2 and L3 say is merged with the outbox: this node sees its own writes whatever the levels
 * have lost. Callers who want the same at the same time share one load; a write in between makes a
 * new load necessary, as its caller must see it.
 */
final class Loader {
  private final L1 l1;
  private final L2 l2;
  private final GuardedL3 l3;
  private final L1Lease lease;
  private final Outbox outbox;
  private final Health health;
  private final Filler filler;
  private final StampClock clock;
  private final Time time;
  private final Duration staleMax;
  private final SingleFlight<Wanted, Answer> entryLoads;
  private final SingleFlight<Wanted, Loaded> conversationLoads;
  private final SingleFlight<String, Boolean> promotions;

  /**
   * @param patience how long a caller waits for another one's load
   * @param staleMax for how long L1 is asked for what has expired there, while neither L2 nor L3
   *     answers; zero = it is not asked then at all
   */
  Loader(Levels levels, Context context, Duration patience, Duration staleMax) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    lease = levels.lease();
    outbox = levels.outbox();
    health = context.health();
    filler = new Filler(l2, health);
    clock = context.clock();
    time = context.meters().time();
    entryLoads = new SingleFlight<>(patience);
    conversationLoads = new SingleFlight<>(patience);
    promotions = new SingleFlight<>(patience);
    this.staleMax = staleMax;
  }

  /** What a load is for. A ticket that was taken after a write differs from one taken before. */
  private record Wanted(String conversation, String name, long ticket) {}

  /** One entry. */
  Answer entry(String conversation, String name, Deadline deadline) {
    Wanted wanted = new Wanted(conversation, name, l1.ticket(conversation));
    return entryLoads.share(wanted, deadline, () -> loadEntry(wanted, deadline));
  }

  private Answer loadEntry(Wanted wanted, Deadline deadline) {
    boolean isInDoubt = health.mayBeStale(); // what comes to Redis after it was asked is not seen
    @Nullable Answer installed = lease.isHeld(wanted.conversation())
        ? l1.entry(wanted.conversation(), wanted.name())
        : null; // by a load that ended after this caller had asked L1
    Answer loaded = installed == null ? readEntry(wanted, deadline) : installed;
    return loaded.stale(loaded.isStale() || isInDoubt || health.mayBeStale());
  }

  private Answer readEntry(Wanted wanted, Deadline deadline) {
    String conversation = wanted.conversation();
    Optional<Lookup> heard = askL2(() -> l2.entry(conversation, wanted.name()));
    Lookup inL2 = heard.orElse(Lookup.UNKNOWN);
    @Nullable Entry own = ownEntry(wanted);
    if (inL2.isAuthoritative()) {
      return install(wanted, newer(inL2.entry(), own), Level.L2, true);
    }
    Optional<Entry> stored;
    try (Filler.Turn turn = filler.begin(conversation)) {
      stored = l3.within(deadline).entry(conversation, wanted.name());
      stored.ifPresent(entry -> turn.fill(Contents.UNKNOWN.with(List.of(entry))));
    } catch (UnavailableException e) {
      return leftOver(wanted, newer(inL2.entry(), own), e);
    }
    @Nullable Entry newest = newer(newer(inL2.entry(), stored.orElse(null)), own);
    return install(wanted, newest, Level.L3, heard.isPresent());
  }

  /** What L2 says; empty if Redis is out or does not answer, or not with what was stored. */
  private <T> Optional<T> askL2(Supplier<T> question) {
    try {
      return health.isRedisUsed() ? Optional.of(question.get()) : Optional.empty();
    } catch (UnavailableException | CorruptException e) {
      return Optional.empty();
    }
  }

  private @Nullable Entry ownEntry(Wanted wanted) {
    return (Entry) outbox.of(wanted.conversation(), Field.ENTRY_PREFIX + wanted.name());
  }

  private static @Nullable Entry newer(@Nullable Entry a, @Nullable Entry b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return b.stamp().isNewerThan(a.stamp()) ? b : a;
  }

  private Answer install(Wanted wanted, @Nullable Entry entry, Level level, boolean isL2Heard) {
    if (entry != null) {
      clock.observe(wanted.conversation(), entry.stamp());
    }
    if (mayInstall(isL2Heard)) {
      l1.installEntry(wanted.conversation(), wanted.name(), entry, wanted.ticket());
    }
    boolean isLiving = entry != null && entry.isLive(time.millis());
    return new Answer(isLiving ? entry : null, level, health.mayBeStale(isL2Heard));
  }

  /**
   * What L3 says goes to L1 only if L2 had its say, for L2 may hold something newer of another node
   * and never mention it again. While Redis is out, L1 is a last resort, and expires before it
   * is believed again.
   */
  private boolean mayInstall(boolean isL2Heard) {
    return isL2Heard || !health.isRedisUsed();
  }

  private Answer leftOver(Wanted wanted, @Nullable Entry entry, UnavailableException failure) {
    if (entry != null) {
      return new Answer(entry.isLive(time.millis()) ? entry : null, leftOverLevel(), true);
    }
    @Nullable Answer remembered = staleMax.isZero() ? null
        : l1.rememberedEntry(wanted.conversation(), wanted.name(), staleMax);
    if (remembered != null) {
      return remembered.stale(true);
    }
    throw failure;
  }

  /** A whole conversation, its newest items only if it is long. */
  Loaded conversation(String conversation, Deadline deadline) {
    Wanted wanted = new Wanted(conversation, "", l1.ticket(conversation));
    return conversationLoads.share(wanted, deadline, () -> loadConversation(wanted, deadline));
  }

  private Loaded loadConversation(Wanted wanted, Deadline deadline) {
    boolean isInDoubt = health.mayBeStale();
    Optional<Contents> installed = lease.isHeld(wanted.conversation())
        ? l1.contents(wanted.conversation())
        : Optional.empty();
    Loaded loaded = installed.isPresent() ? new Loaded(installed.get(), Level.L1, false)
        : readConversation(wanted, deadline);
    return new Loaded(loaded.contents(), loaded.level(),
        loaded.isStale() || isInDoubt || health.mayBeStale());
  }

  private Loaded readConversation(Wanted wanted, Deadline deadline) {
    String conversation = wanted.conversation();
    Optional<Contents> heard = askL2(() -> l2.conversation(conversation));
    Contents inL2 = heard.orElse(Contents.UNKNOWN);
    if (inL2.isComplete()) {
      return install(wanted, inL2.with(outbox.of(conversation)), Level.L2, true);
    }
    Contents stored;
    try (Filler.Turn turn = filler.begin(conversation)) {
      stored = readL3(conversation, deadline);
      if (!stored.isEmpty() || !inL2.isEmpty()) {
        turn.fill(stored);
      }
    } catch (UnavailableException e) {
      return leftOver(conversation, inL2.with(outbox.of(conversation)), e);
    }
    Contents merged = stored.with(inL2.fields()).with(outbox.of(conversation));
    return install(wanted, merged, Level.L3, heard.isPresent());
  }

  private Contents readL3(String conversation, Deadline deadline) {
    return l3.within(deadline)
        .conversations(List.of(conversation))
        .getOrDefault(conversation, Contents.EMPTY);
  }

  private Loaded install(Wanted wanted, Contents contents, Level level, boolean isL2Heard) {
    contents.fields().forEach(field -> clock.observe(wanted.conversation(), field.stamp()));
    if (mayInstall(isL2Heard)) {
      l1.install(wanted.conversation(), contents, wanted.ticket());
    }
    return new Loaded(contents, level, health.mayBeStale(isL2Heard));
  }

  private Loaded leftOver(String conversation, Contents left, UnavailableException failure) {
    Optional<Contents> remembered = staleMax.isZero() ? Optional.empty()
        : l1.rememberedContents(conversation, staleMax);
    if (remembered.isPresent()) { // newer or older than what is left, field by field
      Contents merged = left.erased().isSome() ? left.with(remembered.get().fields())
          : remembered.get().with(left.fields()); // what L2 knows to be erased stays so (I5)
      return new Loaded(merged, Level.L1, true);
    }
    if (left.isEmpty()) {
      throw failure;
    }
    return new Loaded(left, leftOverLevel(), true);
  }

  /** Without L2, what is left is this node's own. */
  private Level leftOverLevel() {
    return health.isRedisUsed() ? Level.L2 : Level.L1;
  }

  /**
   * Makes L2 know a conversation as a whole, so that it can judge a condition or an idempotency
   * key. It does not wait for others who fill at this moment, whose reading may be of one entry
   * only.
   *
   * @return whether it does now, as far as is known
   */
  boolean promote(String conversation, Deadline deadline) {
    return promotions.share(conversation, deadline, () -> {
      try (Filler.Turn turn = filler.takeOver(conversation)) {
        return turn.fill(readL3(conversation, deadline));
      }
    });
  }
}
