package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.Entry;
import dev.nivel.store.EraseMarks;
import dev.nivel.store.Field;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The first level: the conversations that were used last, in the memory of this process.
 *
 * <p>Reads take no lock. A read leaves the tick of the coarse clock in the conversation, by which
 * {@link EvictionOrder} finds the least recently used one.
 *
 * <p>Whoever installs what was read from a lower level passes the {@link #ticket} that was taken
 * before the request was sent. A write or a change message in between makes the ticket worthless,
 * so an outdated reply never gets in (I4). Safe for use by several threads.
 */
final class L1 {
  private static final Duration ABSENCE_TTL = Duration.ofSeconds(5);
  private static final Duration PRELOAD_SPARES = Duration.ofSeconds(60);

  /**
   * @param conversationsMax how many conversations
   * @param bytesMax how many bytes, roughly
   * @param ttl how long a conversation stays after it was loaded
   * @param bounds how many items of each conversation
   */
  record Settings(int conversationsMax, long bytesMax, Duration ttl, ItemBounds bounds) {}

  private final Settings settings;
  private final CoarseClock clock;
  private final ConcurrentHashMap<String, Resident> residents = new ConcurrentHashMap<>();
  private final Tickets tickets = new Tickets();
  private final BackoffLock lock = new BackoffLock();
  // These two: guarded by lock, as all changes are.
  private final Occupancy occupancy;
  private final EraseMarks erasures = new EraseMarks();
  private volatile Consumer<String> onEvict = conversation -> {};

  L1(Settings settings, CoarseClock clock) {
    this.settings = settings;
    this.clock = clock;
    occupancy = new Occupancy(settings);
  }

  /** Names the one that is told of evictions, in their order; called under the lock. */
  void onEvict(Consumer<String> listener) {
    onEvict = listener;
  }

  /** What is known of an entry; null if a lower level must be asked. */
  @Nullable
  Answer entry(String conversation, String name) {
    @Nullable Known known = known(conversation, 0);
    return known == null ? null : known.answer(name, clock.tick(), clock.millis());
  }

  /** Those that are here, for look-ups only. What was found may be kept: gone, it says nothing. */
  ConcurrentHashMap<String, Resident> residents() {
    return residents;
  }

  CoarseClock clock() {
    return clock;
  }

  /** Makes an entry the favorite of a conversation, unless somebody is changing L1 just now. */
  void favor(Resident resident, String name) {
    if (lock.tryLock()) {
      try {
        resident.favor(name);
      } finally {
        lock.unlock();
      }
    }
  }

  /** The items that are known; empty if a lower level must be asked. */
  Optional<Contents> items(String conversation) {
    @Nullable Known known = known(conversation, 0);
    return known == null ? Optional.empty() : known.log();
  }

  /** All that is living in a conversation; empty if a lower level must be asked. */
  Optional<Contents> contents(String conversation) {
    @Nullable Known known = known(conversation, 0);
    return known == null ? Optional.empty() : known.contents(clock.tick(), clock.millis());
  }

  /** What is known of a conversation, which counts as its use; null if nothing. */
  private @Nullable Known known(String conversation, long graceTicks) {
    @Nullable Resident resident = residents.get(conversation);
    return resident == null ? null : resident.use(clock.tick(), graceTicks);
  }

  /**
   * What is remembered of an entry, for when no lower level answers. What expired stays until its
   * place is needed.
   *
   * @param grace how long ago it may have expired
   */
  @Nullable
  Answer rememberedEntry(String conversation, String name, Duration grace) {
    @Nullable Known known = known(conversation, micros(grace));
    return known == null ? null : known.answer(name, clock.tick(), clock.millis());
  }

  /** The same, of all that is living in a conversation; empty if anything is not known. */
  Optional<Contents> rememberedContents(String conversation, Duration grace) {
    @Nullable Known known = known(conversation, micros(grace));
    return known == null ? Optional.empty() : known.contents(clock.tick(), clock.millis());
  }

  /** What {@link #install} wants; to be taken before a lower level is asked. */
  long ticket(String conversation) {
    return tickets.take(conversation);
  }

  /** Takes in a whole conversation that a lower level holds. */
  void install(String conversation, Contents contents, long ticket) {
    install(conversation, contents, ticket, false);
  }

  /**
   * Takes in a whole conversation, unless one would have to go that was used within the last
   * minute.
   *
   * @return whether it is in L1 now
   */
  boolean installPreloaded(String conversation, Contents contents, long ticket) {
    return install(conversation, contents, ticket, true);
  }

  private boolean install(String conversation, Contents contents, long ticket,
      boolean isPreload) {
    Known loaded = Known.of(contents, settings.bounds());
    long loadedBytes = loaded.bytes();
    lock.lock();
    try {
      if (!tickets.isGood(conversation, ticket)) {
        return false;
      }
      @Nullable Resident present = present(conversation);
      if (present == null && isPreload && !makeRoom(Occupancy.bytes(conversation, loadedBytes))) {
        return false;
      }
      Resident resident = present == null ? add(conversation) : present;
      Duration ttl = contents.isEmpty() ? ABSENCE_TTL : settings.ttl();
      resident.expireAt(clock.tick() + micros(ttl));
      Known known = resident.known().replacedBy(loaded);
      change(resident, known, known == loaded ? loadedBytes : known.bytes());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in an entry that a lower level holds.
   *
   * @param entry null if it holds none
   */
  void installEntry(String conversation, String name, @Nullable Entry entry, long ticket) {
    lock.lock();
    try {
      if (!tickets.isGood(conversation, ticket)) {
        return;
      }
      @Nullable Resident present = present(conversation);
      Resident resident = present == null ? add(conversation) : present;
      Slot slot = entry == null ? Slot.absent(clock.tick() + micros(ABSENCE_TTL))
          : Slot.of(entry);
      change(resident, resident.known().with(name, slot));
    } finally {
      lock.unlock();
    }
  }

  /** Takes in what this node has written and a lower level has accepted, if it is not erased. */
  void apply(String conversation, List<? extends Field> fields, long ticket) {
    lock.lock();
    try {
      boolean isTicketGood = tickets.spoil(conversation, ticket);
      List<? extends Field> unerased = erasures.uncovered(conversation, fields);
      @Nullable Resident present = present(conversation);
      if (present == null
          && (!isTicketGood || unerased.isEmpty() || !(fields.get(0) instanceof Entry))) {
        return;
      }
      if (present != null) {
        present.touch(clock.tick());
      }
      Resident resident = present == null ? add(conversation) : present;
      change(resident, resident.known().with(unerased, isTicketGood, settings.bounds()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in what this node has written while no lower level answers. Of what is remembered it
   * makes nothing fresh.
   */
  void applyToRemembered(String conversation, List<? extends Field> fields) {
    lock.lock();
    try {
      tickets.spoil(conversation);
      @Nullable Resident resident = residents.get(conversation);
      if (resident != null) {
        resident.touch(clock.tick());
        change(resident, resident.known()
            .with(erasures.uncovered(conversation, fields), false, settings.bounds()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Learns that there is a version of this stamp or a newer one, and not what it is. */
  void unknown(String conversation, String key, Stamp since) {
    changeIfPresent(conversation, known -> {
      if (key.startsWith(Field.ENTRY_PREFIX)) {
        String name = key.substring(Field.ENTRY_PREFIX.length());
        return known.with(name, Slot.unknownSince(since));
      }
      if (key.startsWith(Field.KEY_PREFIX)) {
        return known;
      }
      boolean isKnown = known.items().stream().anyMatch(item -> item.key().equals(key));
      return isKnown ? known : known.withoutItems();
    });
  }

  /** Learns that a write of these fields may or may not have taken effect: they must be fetched. */
  void doubt(String conversation, List<? extends Field> fields) {
    changeIfPresent(conversation, known -> {
      Known doubted = known;
      for (Field field : fields) {
        doubted = field instanceof Entry entry ? doubted.doubting(entry.name())
            : doubted.withoutItems();
      }
      return doubted;
    });
  }

  private void changeIfPresent(String conversation, UnaryOperator<Known> change) {
    lock.lock();
    try {
      tickets.spoil(conversation);
      @Nullable Resident resident = present(conversation);
      if (resident != null) {
        change(resident, change.apply(resident.known()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a conversation, and takes in nothing of it any more that is not newer than a stamp. */
  void erase(String conversation, Stamp stamp) {
    lock.lock();
    try {
      erasures.add(conversation, stamp);
      drop(conversation);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a conversation, with whatever is on its way in. */
  void forget(String conversation) {
    lock.lock();
    try {
      drop(conversation);
    } finally {
      lock.unlock();
    }
  }

  private void drop(String conversation) {
    tickets.spoil(conversation);
    @Nullable Resident resident = residents.get(conversation);
    if (resident != null) {
      remove(resident);
    }
  }

  /**
   * Believes nothing any more of what is here or on its way in. It stays to be remembered while no
   * lower level answers, until its place is needed.
   */
  void expire() {
    lock.lock();
    try {
      tickets.spoilAll();
      long tick = clock.tick();
      residents.values()
          .forEach(resident -> resident.expireAt(Math.min(resident.expiresAtTick(), tick)));
      clock.advance(); // who is slow vouches for the tick before, in vain
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Resident present(String conversation) {
    @Nullable Resident resident = residents.get(conversation);
    if (resident != null && isExpired(resident)) {
      occupancy.countExpiration();
      remove(resident);
      return null;
    }
    return resident;
  }

  private Resident add(String conversation) {
    long tick = clock.advance();
    Resident resident = new Resident(conversation, Known.NOTHING, tick,
        tick + micros(settings.ttl()));
    residents.put(conversation, resident);
    occupancy.add(resident);
    return resident;
  }

  private void change(Resident resident, Known known) {
    change(resident, known, known.bytes());
  }

  private void change(Resident resident, Known known, long knownBytes) {
    resident.know(known);
    occupancy.resize(resident, knownBytes);
    while (occupancy.isOverBound()) {
      @Nullable Resident oldest = occupancy.oldest();
      if (oldest == null) {
        return;
      }
      evict(oldest);
    }
  }

  private void evict(Resident oldest) {
    if (isExpired(oldest)) {
      occupancy.countExpiration();
    } else {
      occupancy.countEviction();
      onEvict.accept(oldest.conversation);
    }
    remove(oldest);
  }

  private void remove(Resident resident) {
    residents.remove(resident.conversation);
    resident.leave();
    occupancy.remove(resident);
  }

  /** For a preload, for which nobody goes who was used lately. */
  private boolean makeRoom(long bytes) {
    while (!occupancy.hasRoom(bytes)) {
      @Nullable Resident oldest = occupancy.oldest();
      if (oldest == null || bytes > settings.bytesMax() || (!isExpired(oldest)
          && oldest.usedAt() + micros(PRELOAD_SPARES) > clock.tick())) {
        return false;
      }
      evict(oldest);
    }
    return true;
  }

  private boolean isExpired(Resident resident) {
    return clock.tick() >= resident.expiresAtTick();
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  /** How many conversations, bytes, evictions and expirations. */
  Occupancy.Counts counts() {
    lock.lock();
    try {
      return occupancy.counts();
    } finally {
      lock.unlock();
    }
  }
}
