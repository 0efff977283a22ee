package dev.nivel;

import dev.nivel.store.Entry;
import dev.nivel.store.FakeTime;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Stamp;
import dev.nivel.store.Value;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Which conversations leave L1, and when. */
class EvictionTest {
  private final CoarseClock clock = new CoarseClock(new FakeTime());
  private final L1 whole = l1(100, 1 << 20);

  private L1 l1(int conversations, long bytes) {
    return new L1(
        new L1.Settings(conversations, bytes, Duration.ofMinutes(5), ItemBounds.DEFAULT), clock);
  }

  /**
   * With a tick for each access the evictions equal those of a map in access order, in their
   * order.
   */
  private void compareWithAccessOrder(Iterable<String> keys, int capacity) {
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    Map<String, Boolean> model = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
        if (size() > capacity) {
          expected.add(eldest.getKey());
          return true;
        }
        return false;
      }
    };
    L1 tested = l1(capacity, 1L << 30);
    tested.onEvict(actual::add);
    for (String key : keys) {
      clock.advance();
      boolean isHit = tested.entry(key, "e") != null;
      assertThat(isHit).isEqualTo(model.get(key) != null);
      if (!isHit) {
        model.put(key, true);
        tested.apply(key, List.of(entry("e", 1, "1")), tested.ticket(key));
      }
    }
    assertThat(actual).isEqualTo(expected);
    assertThat(actual).isNotEmpty();
  }

  /** Keys by Zipf's law with hot phases and scans, recorded from a seeded generator. */
  private List<String> recordedKeys(int count, long seed) {
    Random random = new Random(seed);
    List<String> keys = new ArrayList<>(count);
    while (keys.size() < count) {
      if (random.nextInt(200) == 0) {
        int from = random.nextInt(10_000);
        for (int i = 0; i < 150; i++) {
          keys.add("scan-" + (from + i));
        }
      }
      double u = random.nextDouble();
      keys.add("key-" + (int) (Math.pow(5_000, u) - 1 + random.nextInt(3)));
    }
    return keys;
  }

  @Test
  void isThatOfAMapInAccessOrder() {
    compareWithAccessOrder(recordedKeys(300_000, 1), 100);
    compareWithAccessOrder(recordedKeys(100_000, 2), 1);
    compareWithAccessOrder(recordedKeys(100_000, 3), 1_000);
  }

  @Test
  void sparesWhatWasReadInTheTickOfTheYoungest() {
    L1 small = l1(3, 1L << 30);
    List<String> evicted = new ArrayList<>();
    small.onEvict(evicted::add);
    putInto(small, "a", "b", "c");
    small.entry("a", "e");
    putInto(small, "d");
    assertThat(evicted).containsExactly("b");
  }

  /** As {@link HitPath} reads. */
  @Test
  void sparesWhatWasFoundGood() {
    L1 small = l1(2, 1L << 30);
    List<String> evicted = new ArrayList<>();
    small.onEvict(evicted::add);
    putInto(small, "a", "b");
    Resident first = Objects.requireNonNull(small.residents().get("a"));
    first.vouch(clock.advance());
    putInto(small, "c");
    first.vouch(clock.advance());
    putInto(small, "d");
    assertThat(evicted).containsExactly("b", "c");
  }

  /** What was read is kept apart from what was not, and both are in one order. */
  @Test
  void takesWhatWasNeverReadBeforeWhatWasReadInTheTickInWhichItCame() {
    L1 small = l1(3, 1L << 30);
    List<String> evicted = new ArrayList<>();
    small.onEvict(evicted::add);
    putInto(small, "a", "b", "c");
    small.entry("b", "e");
    small.entry("a", "e");
    putInto(small, "d", "e", "f");
    assertThat(evicted).startsWith("c").containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void keepsTheBytesWithinTheirBound() {
    L1 small = l1(1_000, 100_000);
    for (int i = 0; i < 100; i++) {
      small.apply("c" + i, List.of(entry("e", 1, "x".repeat(5_000))), small.ticket("c" + i));
      assertThat(small.counts().bytes()).isLessThanOrEqualTo(100_000);
    }
    assertThat(small.counts().conversations()).isBetween(15, 20);
    small.apply("big", List.of(entry("e", 1, "x".repeat(200_000))), small.ticket("big"));
    assertThat(small.entry("big", "e")).isNull();
  }

  /** Values that are there in both forms take the place of both. */
  @Test
  void countsTheDeflatedBytesOfAValueToo() {
    Value value = Value.json("\"" + "x".repeat(5_000) + "\"");
    whole.apply("a", List.of(Entry.of("e", new Stamp(1), value)), whole.ticket("a"));
    long alone = whole.counts().bytes();
    value.holdDeflated(new byte[700]);
    whole.apply("a", List.of(Entry.of("e", new Stamp(2), value)), whole.ticket("a"));
    assertThat(whole.counts().bytes()).isEqualTo(alone + 700);
    whole.forget("a");
    assertThat(whole.counts().bytes()).isZero();
  }

  @Test
  void ofEverythingLeavesNoBytes() {
    for (int i = 0; i < 50; i++) {
      whole.apply("c" + i, List.of(entry("e", i, "x".repeat(i * 10))), whole.ticket("c" + i));
      whole.apply("c" + i, List.of(entry("e", i + 1, "y")), whole.ticket("c" + i));
    }
    for (int i = 0; i < 50; i++) {
      whole.forget("c" + i);
    }
    assertThat(whole.counts().bytes()).isZero();
  }

  /** What is forgotten stays in the order of eviction for a while, but not for ever. */
  @Test
  void needsNoMemoryForThoseWhoAreGone() {
    List<WeakReference<Resident>> gone = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      putInto(whole, "c" + i);
      gone.add(new WeakReference<>(whole.residents().get("c" + i)));
      whole.entry("c" + i / 2 * 2, "e");
      whole.forget("c" + i);
    }
    await().untilAsserted(() -> {
      System.gc();
      assertThat(gone).filteredOn(each -> each.get() != null).hasSizeLessThan(20);
    });
  }

  private static void putInto(L1 l1, String... ids) {
    for (String id : ids) {
      l1.apply(id, List.of(entry("e", 1, "1")), l1.ticket(id));
    }
  }
}
