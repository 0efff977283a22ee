package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Lookup;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds in L2 and L3 what L1 does not know, and promotes it.
 *
 * <ol>
 * <li>L2 is asked, if Redis is used. If it knows, that goes to L1. If it fails, what L3 says may be
 * outdated: that does not go to L1, and is said to be stale unless this node is alone (I4).
 * <li>Else the right to fill L2 is asked for, then L3 is read, then L2 and L1 are filled.
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
  private final L3 l3;
  private final Outbox outbox;
  private final Health health;
  private final Filler filler;
  private final StampClock clock;
  private final Time time;
  private final SingleFlight<Wanted, Answer> entryLoads;
  private final SingleFlight<Wanted, Loaded> conversationLoads;

  /**
   * @param patience how long a caller waits for another one's load
   */
  Loader(Levels levels, Context context, Duration patience) {
    l1 = levels.l1();
    l2 = levels.l2();
    l3 = levels.l3();
    outbox = levels.outbox();
    health = context.health();
    filler = new Filler(l2, health);
    clock = context.clock();
    time = context.meters().time();
    entryLoads = new SingleFlight<>(patience);
    conversationLoads = new SingleFlight<>(patience);
  }

  /** What a load is for. A ticket that was taken after a write differs from one taken before. */
  private record Wanted(String conversation, String name, long ticket) {}

  /** One entry. */
  Answer entry(String conversation, String name) {
    Wanted wanted = new Wanted(conversation, name, l1.ticket(conversation));
    return entryLoads.share(wanted, () -> loadEntry(wanted));
  }

  private Answer loadEntry(Wanted wanted) {
    String conversation = wanted.conversation();
    @Nullable Lookup asked = askL2(wanted);
    Lookup inL2 = asked == null ? Lookup.UNKNOWN : asked;
    @Nullable Entry own = ownEntry(wanted);
    if (inL2.isAuthoritative()) {
      return install(wanted, newer(inL2.entry(), own), Level.L2);
    }
    Optional<String> token = filler.begin(conversation);
    Optional<Entry> stored;
    try {
      stored = l3.entry(conversation, wanted.name());
    } catch (UnavailableException e) {
      return leftOver(wanted, newer(inL2.entry(), own), e);
    }
    stored.ifPresent(
        entry -> filler.fill(conversation, Contents.UNKNOWN.with(List.of(entry)), token));
    @Nullable Entry found = newer(newer(inL2.entry(), stored.orElse(null)), own);
    return asked == null ? answer(found, Level.L3, !health.isAlone())
        : install(wanted, found, Level.L3);
  }

  /** What L2 knows; null if it fails, and then it may know something newer than L3. */
  private @Nullable Lookup askL2(Wanted wanted) {
    if (!health.isRedisUsed()) {
      return Lookup.UNKNOWN;
    }
    try {
      return l2.entry(wanted.conversation(), wanted.name());
    } catch (UnavailableException e) {
      return null;
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

  private Answer install(Wanted wanted, @Nullable Entry entry, Level level) {
    if (entry != null) {
      clock.observe(wanted.conversation(), entry.stamp());
    }
    l1.installEntry(wanted.conversation(), wanted.name(), entry, wanted.ticket());
    return answer(entry, level, health.mayBeStale());
  }

  private Answer answer(@Nullable Entry entry, Level level, boolean isStale) {
    boolean isLiving = entry != null && entry.isLive(time.millis());
    return new Answer(isLiving ? entry : null, level, isStale);
  }

  private Answer leftOver(Wanted wanted, @Nullable Entry entry, UnavailableException failure) {
    if (entry != null) {
      return answer(entry, Level.L2, true);
    }
    @Nullable Answer remembered = l1.entry(wanted.conversation(), wanted.name());
    if (remembered != null) {
      return remembered.stale(true);
    }
    throw failure;
  }

  /** A whole conversation, its newest items only if it is long. */
  Loaded conversation(String conversation) {
    Wanted wanted = new Wanted(conversation, "", l1.ticket(conversation));
    return conversationLoads.share(wanted, () -> loadConversation(wanted));
  }

  private Loaded loadConversation(Wanted wanted) {
    String conversation = wanted.conversation();
    @Nullable Contents asked = askL2(conversation);
    Contents inL2 = asked == null ? Contents.UNKNOWN : asked;
    if (inL2.isComplete()) {
      return install(wanted, inL2.with(outbox.of(conversation)), Level.L2);
    }
    Optional<String> token = filler.begin(conversation);
    Contents stored;
    try {
      stored = l3.conversations(List.of(conversation)).getOrDefault(conversation, Contents.EMPTY);
    } catch (UnavailableException e) {
      return leftOver(conversation, inL2.with(outbox.of(conversation)), e);
    }
    if (!stored.isEmpty() || !inL2.isEmpty()) {
      filler.fill(conversation, stored, token);
    }
    Contents merged = stored.with(inL2.fields()).with(outbox.of(conversation));
    return asked == null ? new Loaded(merged, Level.L3, !health.isAlone())
        : install(wanted, merged, Level.L3);
  }

  private @Nullable Contents askL2(String conversation) {
    if (!health.isRedisUsed()) {
      return Contents.UNKNOWN;
    }
    try {
      return l2.conversation(conversation);
    } catch (UnavailableException e) {
      return null;
    }
  }

  private Loaded install(Wanted wanted, Contents contents, Level level) {
    contents.fields().forEach(field -> clock.observe(wanted.conversation(), field.stamp()));
    l1.install(wanted.conversation(), contents, wanted.ticket());
    return new Loaded(contents, level, health.mayBeStale());
  }

  private Loaded leftOver(String conversation, Contents left, UnavailableException failure) {
    if (!left.isEmpty()) {
      return new Loaded(left, Level.L2, true);
    }
    Optional<Contents> remembered = l1.contents(conversation);
    return new Loaded(remembered.orElseThrow(() -> failure), Level.L1, true);
  }

  /**
   * Makes L2 know a conversation as a whole, so that it can judge a condition.
   *
   * @return whether it does now, as far as is known
   */
  boolean promote(String conversation) {
    Optional<String> token = l2.beginFill(conversation);
    if (token.isEmpty()) {
      return false;
    }
    Contents stored = l3.conversations(List.of(conversation))
        .getOrDefault(conversation, Contents.EMPTY);
    return l2.fill(conversation, stored, token.get());
  }
}
