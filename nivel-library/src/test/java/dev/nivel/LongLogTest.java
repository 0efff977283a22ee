package dev.nivel;

import dev.nivel.store.Condition;
import dev.nivel.store.Item;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.EngineFixture.ID;
import static dev.nivel.EngineFixture.json;
import static dev.nivel.EngineFixture.turns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A log of more items than the caches keep. */
class LongLogTest {
  private EngineFixture nivel;

  @BeforeEach
  void open(@TempDir Path directory) {
    nivel = new EngineFixture(directory);
  }

  private List<Item> storedItems(int count) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new Item(Stamp.at(nivel.time.millis() + i, 9), json("{\"turn\":" + i + "}")));
    }
    nivel.l3.write(items.stream().map(item -> new Write(ID, item)).toList());
    return items;
  }

  @Test
  void holdsItemsThatAreNotSyncedBeyondWhatL1Keeps() {
    List<Stamp> ids = nivel.call.append(turns(250)).stamps();
    nivel.call.last(1);
    ItemsPage page = nivel.call.last(300);
    assertThat(page.items()).extracting(Item::stamp).isEqualTo(ids);
    assertThat(page.hasMore()).isFalse();
    assertThat(nivel.call.all().items()).hasSize(250);
    assertThat(nivel.call.after(Stamp.NONE, 300).items()).hasSize(250);
  }

  @Test
  void holdsWhatAnotherNodeHasNotSyncedAmongWhatL3Has() {
    List<Item> unsynced = IntStream.range(0, 3)
        .mapToObj(i -> new Item(Stamp.at(nivel.time.millis() - 10 + i, 8), json("{}")))
        .toList();
    nivel.l2.write(ID, List.copyOf(unsynced), Condition.NONE);
    List<Item> stored = storedItems(250);
    List<Item> all = new ArrayList<>(unsynced);
    all.addAll(stored);
    assertThat(nivel.call.last(300).items()).isEqualTo(all);
    assertThat(nivel.call.after(Stamp.NONE, 2).items()).isEqualTo(all.subList(0, 2));
  }

  @Test
  void isWhatTheCachesKeepWhileL3IsOutAndSaysSo() {
    List<Item> all = storedItems(250);
    nivel.call.last(1);
    nivel.l3.isOut = true;
    ItemsPage page = nivel.call.last(240);
    assertThat(page.items()).isEqualTo(all.subList(50, 250));
    assertThat(page.hasMore()).isTrue();
    assertThat(page.isStale()).isTrue();
    assertThatThrownBy(() -> nivel.call.after(Stamp.NONE, 10))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void comesFromL3BeyondWhatTheCachesKeep() {
    List<Item> all = storedItems(250);
    nivel.call.last(1);
    assertThat(nivel.call.last(100).level()).isEqualTo(Level.L1);
    ItemsPage page = nivel.call.last(240);
    assertThat(page.level()).isEqualTo(Level.L3);
    assertThat(page.items()).isEqualTo(all.subList(10, 250));
    assertThat(page.hasMore()).isTrue();
    assertThat(nivel.call.last(250).hasMore()).isFalse();
    assertThat(nivel.call.all().items()).isEqualTo(all);
  }

  @Test
  void isReadInPages() {
    List<Item> all = storedItems(250);
    List<Item> read = new ArrayList<>();
    Stamp after = Stamp.NONE;
    ItemsPage page;
    do {
      page = nivel.call.after(after, 30);
      read.addAll(page.items());
      after = page.items().get(page.items().size() - 1).stamp();
    } while (page.hasMore());
    assertThat(read).isEqualTo(all);
  }
}
