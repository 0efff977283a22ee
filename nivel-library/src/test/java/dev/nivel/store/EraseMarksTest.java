package dev.nivel.store;

import java.util.List;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;

class EraseMarksTest {
  private static final int KEPT = 10_000;
  private final EraseMarks marks = new EraseMarks();

  @Test
  void coverWhatIsNotNewerThanTheNewestErasure() { // I5
    marks.add("call", stamp(5));
    marks.add("call", stamp(4));
    List<Entry> fields = List.of(entry("x", 5, "5"), entry("y", 6, "6"));
    assertThat(marks.cover("call", fields.get(0))).isTrue();
    assertThat(marks.cover("call", fields.get(1))).isFalse();
    assertThat(marks.uncovered("call", fields)).containsExactly(fields.get(1));
    assertThat(marks.uncovered("another call", fields)).isSameAs(fields);
  }

  @Test
  void keepTheLatest() { // I8
    Entry old = entry("x", 1, "1");
    marks.add("first", stamp(5));
    marks.add("second", stamp(5));
    marks.add("first", stamp(5)); // again
    for (int i = 0; i < KEPT - 1; i++) {
      marks.add("call " + i, stamp(5));
    }
    assertThat(marks.cover("first", old)).isTrue();
    assertThat(marks.cover("second", old)).isFalse();
  }
}
