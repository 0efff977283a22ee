package dev.nivel.store;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

class ContentsTest {
  @Test
  void takesTheNewerVersionOfEachField() {
    Contents merged = Contents.EMPTY
        .with(List.of(entry("x", 1, "1"), entry("y", 5, "5"), item(2, "b")))
        .with(List.of(entry("x", 2, "2"), tombstone("y", 4), item(1, "a"), item(2, "b")));
    assertThat(merged.entries())
        .isEqualTo(Map.of("x", entry("x", 2, "2"), "y", entry("y", 5, "5")));
    assertThat(texts(merged.items())).containsExactly("a", "b");
    assertThat(merged.isComplete()).isTrue();
  }

  @Test
  void leavesOutWhatWasErasedOrLiesBeforeItsFirstItem() {
    Contents contents = new Contents(Map.of(), List.of(), true, stamp(5), stamp(3));
    Contents merged = contents.with(List.of(entry("x", 3, "3"), item(4, "a"), item(5, "b")));
    assertThat(merged.entries()).isEmpty();
    assertThat(texts(merged.items())).containsExactly("b");
  }

  @Test
  void isTrimmedToTheNewestItems() {
    Contents all = Contents.EMPTY
        .with(List.of(item(1, "aaaa"), item(2, "bbbb"), item(3, "cccc"), entry("x", 1, "1")));
    assertThat(all.trimmed(3, 100)).isSameAs(all);
    Contents two = all.trimmed(2, 100);
    assertThat(texts(two.items())).containsExactly("bbbb", "cccc");
    assertThat(two.itemsFrom()).isEqualTo(stamp(2));
    assertThat(two.entries()).isEqualTo(all.entries());
    assertThat(texts(all.trimmed(3, 9).items())).containsExactly("bbbb", "cccc");
    assertThat(texts(all.trimmed(3, 1).items())).containsExactly("cccc");
  }
}
