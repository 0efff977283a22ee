package dev.nivel.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** That no L3 may leave out anything of much, as a project does that shows 1,000 rows at most. */
public abstract class L3LengthContract extends L3ListingContract {
  private static final int MUCH = 1_100;
  /** Of which a hundred do not fit into one answer over REST. */
  private static final int LONG_BYTES = 400 << 10;

  private static List<Item> items(int count, String text) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> item(i, text)).toList();
  }

  @Nested
  class OfMuch {
    @Test
    void readsAllEntriesAndItems() {
      List<Field> fields = new ArrayList<>(items(MUCH, "x"));
      IntStream.rangeClosed(1, MUCH).forEach(i -> fields.add(entry("entry " + i, i, "y")));
      assertThat(write(fields.toArray(Field[]::new))).isEmpty();
      assertThat(held().entries()).hasSize(MUCH);
      assertThat(l3().itemsAfter(conversation, stamp(0), MUCH + 1)).hasSize(MUCH);
      assertThat(l3().itemsBefore(conversation, Optional.empty(), MUCH)).hasSize(MUCH)
          .startsWith(item(1, "x"))
          .endsWith(item(MUCH, "x"));
    }

    @Test
    void saysOfEachRefusedWriteThatItIs() {
      Field[] fields = IntStream.rangeClosed(1, MUCH)
          .mapToObj(i -> entry("entry " + i, i, "y"))
          .toArray(Field[]::new);
      l3().erase(conversation, stamp(MUCH + 1_000));
      assertThat(write(fields)).hasSize(MUCH);
    }

    @Test
    void readsLongItemsInTheOrderOfTheLog() {
      List<Item> all = items(101, "x".repeat(LONG_BYTES));
      for (int i = 0; i < all.size(); i += 20) {
        List<Item> part = all.subList(i, Math.min(all.size(), i + 20));
        l3().write(writes(conversation, part.toArray(Field[]::new)));
      }
      assertThat(l3().itemsAfter(conversation, stamp(0), 100)).extracting(Item::stamp)
          .containsExactlyElementsOf(all.subList(0, 100).stream().map(Item::stamp).toList());
      assertThat(l3().itemsBefore(conversation, Optional.of(stamp(101)), 99))
          .extracting(Item::stamp)
          .containsExactlyElementsOf(all.subList(1, 100).stream().map(Item::stamp).toList());
    }

    @Test
    void tellsRedisOfLongEntriesInParts() {
      for (int i = 1; i <= 30; i++) {
        Entry entry = entry("entry " + i, i, "x".repeat(1 << 20));
        assertThat(l3().writeFirst(conversation, List.of(entry), Condition.NONE, false).outcome())
            .isEqualTo(WriteReply.Outcome.ACCEPTED);
      }
      List<Write> told = new ArrayList<>();
      for (List<Write> part = l3().staleInL2(100); !part.isEmpty(); part = l3().staleInL2(100)) {
        l3().toldL2(part);
        told.addAll(part);
      }
      assertThat(told.stream().filter(write -> write.conversation().equals(conversation)))
          .hasSize(30);
    }
  }

  /** However a store brings items together, they are those that a cache would keep of all. */
  @Nested
  class OfItemsOfSeveralLengths {
    private static final String[] TYPES = {"text/plain", "application/json", "a", "text/plain; a"};

    private void assertReadAsACacheKeepsThem(int count, IntUnaryOperator length) {
      List<Item> all = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        byte[] bytes = new byte[length.applyAsInt(i)];
        new Random(i).nextBytes(bytes);
        all.add(new Item(stamp(i), Value.of(bytes, TYPES[i * i % 7 % TYPES.length])));
      }
      assertThat(write(all.toArray(Field[]::new))).isEmpty();
      assertThat(held()).isEqualTo(new Contents(Map.of(), all, true, Stamp.NONE, Stamp.NONE)
          .trimmed(ItemBounds.DEFAULT.itemsMax(), ItemBounds.DEFAULT.itemBytesMax()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128, 129, 199, 200, 201, 350})
    void readsThoseOfNextToNothing(int count) {
      assertReadAsACacheKeepsThem(count, i -> i % 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {2_047, 2_048, 2_049, 3_000})
    void readsAsManyAsTheirBytesAllow(int length) {
      assertReadAsACacheKeepsThem(170, i -> length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, 149, 150})
    void readsOneThatIsLongAmongShortOnes(int place) {
      assertReadAsACacheKeepsThem(150, i -> i == place ? 200_000 : 900);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsThemAsChanceWillHaveIt(int seed) {
      Random random = new Random(seed);
      int lengthMax = 1 << (4 + 2 * random.nextInt(6));
      assertReadAsACacheKeepsThem(1 + random.nextInt(250), i -> random.nextInt(lengthMax));
    }
  }
}
