package dev.nivel.supabase;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is not what a function returns is no answer. */
class RowTest {
  private static Map<String, @Nullable Object> entry() {
    Map<String, @Nullable Object> columns = new HashMap<>();
    columns.put("stamp", 5L);
    columns.put("content_type", "text/plain");
    columns.put("value", "\\x00ff");
    columns.put("expires", null);
    return columns;
  }

  private static void assertNoAnswer(Map<String, @Nullable Object> columns) {
    UnavailableException failure = catchThrowableOfType(UnavailableException.class,
        () -> Functions.read(new Row(columns), row -> row.field("e:x", "")));
    assertThat(failure).isNotNull();
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void isAFieldWithItsBytes() {
    assertThat(new Row(entry()).field("e:x", "").contentBytes()).isGreaterThan(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stamp", "content_type", "value", "expires"})
  void isNoAnswerWithoutOneOfItsColumns(String column) {
    Map<String, @Nullable Object> columns = entry();
    columns.remove(column);
    assertNoAnswer(columns);
  }

  @Test
  void isNoAnswerWithValuesThatCannotBeThere() {
    for (Object stamp : List.of("5", -1L, Long.MAX_VALUE)) {
      Map<String, @Nullable Object> columns = entry();
      columns.put("stamp", stamp);
      assertNoAnswer(columns);
    }
    for (Object value : List.of("00ff", "\\x0", "\\xzz", 1L)) {
      Map<String, @Nullable Object> columns = entry();
      columns.put("value", value);
      assertNoAnswer(columns);
    }
  }

  @Test
  void isNoAnswerWithANumberThatIsTooGreat() {
    UnavailableException failure = catchThrowableOfType(UnavailableException.class,
        () -> Functions.read(new Row(Map.of("node", 1L << 40)), row -> row.smallNumber("node")));
    assertThat(failure).isNotNull();
  }
}
