package dev.nivel.bench;

import dev.nivel.store.Condition;
import dev.nivel.store.Entry;
import dev.nivel.store.Field;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.Value;
import dev.nivel.store.Write;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * Reads and writes of L2 beside those of Lettuce, which Nivel's are made of, and of Redisson. They
 * hold the same values in hashes of the same Redis.
 */
final class RedisScenario {
  private static final int CALLERS = 64;
  private static final int CONVERSATIONS = 1_000;
  private static final int ITEMS = 20;
  /** Of each side in a round. */
  private static final int TURNS = 5;
  /** Blocks of each call before anything counts: the compiler shares the load's core. */
  private static final int WARM_UP_BLOCKS = 3;
  private static final int TURN_BYTES = 450;
  private static final int LARGE_BYTES = 4_096;
  private static final int NEVER_COMPRESS = Integer.MAX_VALUE;
  private static final String ENTRY = "state";
  private static final String FIELD = Field.ENTRY_PREFIX + ENTRY;

  private final Options options;
  private final Section section;
  private final PrintStream out;
  private final RedisClients clients;
  private final Value value;
  private final Rounds rounds;
  private final Duration block;

  private RedisScenario(Options options, Section section, RedisClients clients, int bytes) {
    this.options = options;
    this.section = section;
    out = section.out();
    this.clients = clients;
    value = Turns.value(new SplittableRandom(options.seed()), bytes);
    rounds = new Rounds(options.rounds(), options.isShort() ? 1 : TURNS);
    block = Duration.ofMillis(Math.max(1, options.millis() / rounds.turns()));
  }

  /** Measures, and prints tables and goals; returns true, for goals of speed are no promises. */
  static boolean run(Options options, Section section) {
    try (Stores stores = Stores.start(options.directory())) {
      stores.keepTo(options.storesCore());
      for (int bytes : new int[]{TURN_BYTES, LARGE_BYTES}) {
        try (RedisClients clients = new RedisClients(stores.redisUrl(), NEVER_COMPRESS)) {
          new RedisScenario(options, section, clients, bytes).measure();
        }
      }
    }
    return true;
  }

  private void measure() {
    fill();
    Load.Call get = (caller, number) -> get(id(caller, number));
    Load.Call hget = (caller, number) -> clients.hget(id(caller, number), FIELD);
    Load.Call hset = (caller, number) -> clients.hset(id(caller, number), FIELD, value.bytes());
    warmUp(List.of(get, hget, hset, this::put, this::leastPut));
    out.printf("%n%d bytes in a value%n%n", value.length());
    out.println("| | peer | Nivel | Nivel to peer |");
    out.println("|---|---|---|---|");
    Pairs gets = pairs("gets/s, 64 callers, to Lettuce HGET", rate(hget), rate(get));
    Pairs toRedisson = pairs("gets/s, 64 callers, to Redisson RMap",
        rate((caller, number) -> clients.redissonMap(id(caller, number)).get(FIELD)), rate(get));
    Pairs alone = pairs("get, one caller, p50 µs, to Lettuce HGET", p50(hget), p50(get));
    Trios puts = puts(hset);
    pairs("whole conversations/s of 20 items, 64 callers, to Lettuce HGETALL",
        rate((caller, number) -> clients.hgetall(id(caller, number))),
        rate((caller, number) -> whole(id(caller, number))));
    String what = ", " + value.length() + " bytes";
    section.add(Goal.ratioAtLeast(0.9, "get from L2 to Lettuce HGET, 64 callers" + what,
        gets.ratios()));
    section.add(Goal.ratioAtLeast(2, "get from L2 to Redisson RMap, 64 callers" + what,
        toRedisson.ratios()));
    section.add(Goal.ratioAtMost(1.15, "get from L2 to Lettuce HGET, one caller, p50" + what,
        alone.ratios()));
    section.add(Goal.ratioAtLeast(0.75, "put by script to Lettuce HSET, 64 callers" + what,
        puts.toPeer().ratios())
        .withLimit("the least script for a put, by bare Lettuce", puts.limitToPeer().ratios(),
            puts.toLimit().ratios())
        .ifMissed("a put is judged against what is held, marked as unsynced and told to other"
            + " nodes, by a script of six commands where HSET is one"));
  }

  private void warmUp(List<Load.Call> calls) {
    for (int i = 0; i < WARM_UP_BLOCKS; i++) {
      calls.forEach(call -> Load.perSecond(CALLERS, Duration.ofMillis(options.millis()), call));
    }
  }

  private Trios puts(Load.Call hset) {
    Trios puts = Trios.measure(rounds, rate(hset), rate(this::leastPut),
        rate(this::put));
    print("puts/s, 64 callers, to Lettuce HSET", puts.toPeer());
    print("puts/s, 64 callers, to the least script for a put, by Lettuce", puts.toLimit());
    return puts;
  }

  private DoubleSupplier rate(Load.Call call) {
    return () -> Load.perSecond(CALLERS, block, call);
  }

  private DoubleSupplier p50(Load.Call call) {
    return () -> Load.p50Micros(block, call);
  }

  private Pairs pairs(String what, DoubleSupplier peer, DoubleSupplier nivel) {
    Pairs pairs = Pairs.measure(rounds, peer, nivel);
    print(what, pairs);
    return pairs;
  }

  private void print(String what, Pairs pairs) {
    out.printf(Locale.ROOT, "| %s | %.0f | %.0f | %s |%n", what, pairs.ofPeer().median(),
        pairs.ofNivel().median(), pairs.ratios().asRatio());
  }

  /**
   * The same conversations for all: an entry and 20 items; the limit gets its entry by its first
   * put. Nivel's are settled, as they are soon after they were written: its index of unsynced
   * fields then holds what puts have added, as the limit's does.
   */
  private void fill() {
    Stamp first = Stamp.at(Time.SYSTEM.millis(), 1);
    for (int i = 0; i < CONVERSATIONS; i++) {
      List<Field> fields = new ArrayList<>();
      Stamp stamp = first;
      for (int item = 0; item < ITEMS; item++) {
        stamp = stamp.next(1);
        fields.add(new Item(stamp, value));
        clients.hset(id(i), "i:" + stamp, value.bytes());
        clients.hset(LeastPut.key(id(i)), "i:" + stamp, value.bytes());
      }
      Field entry = Entry.of(ENTRY, stamp, value);
      clients.nivel().write(id(i), fields, Condition.NONE);
      clients.nivel().write(id(i), List.of(entry), Condition.NONE);
      fields.add(entry);
      settle(id(i), fields);
      clients.hset(id(i), FIELD, value.bytes());
    }
  }

  private void settle(String id, List<Field> fields) {
    List<Write> committed = fields.stream().map(field -> new Write(id, field)).toList();
    if (!clients.nivel().settle(committed).isEmpty()) {
      throw new IllegalStateException("what was written is not what Redis holds");
    }
  }

  private void get(String id) {
    if (clients.nivel().entry(id, ENTRY).entry() == null) {
      throw new IllegalStateException("an entry is missing");
    }
  }

  private void whole(String id) {
    if (clients.nivel().conversation(id).items().size() < ITEMS) {
      throw new IllegalStateException("items are missing");
    }
  }

  /** Callers meet in a conversation now and then; the older write is refused, as it should be. */
  private void put(int caller, int number) {
    clients.nivel()
        .write(id(caller, number), List.of(Entry.of(ENTRY, stamp(caller), value)),
            Condition.NONE);
  }

  private void leastPut(int caller, int number) {
    clients.leastPut(id(caller, number), FIELD, stamp(caller), value.bytes());
  }

  private static Stamp stamp(int caller) {
    return Stamp.at(Time.SYSTEM.millis(), caller % Stamp.NODES_MAX);
  }

  private String id(int caller, int number) {
    return id((caller * 31 + number * 17) % CONVERSATIONS);
  }

  private String id(int index) {
    return "call-" + value.length() + "-" + index;
  }
}
