package dev.nivel.supabase;

import dev.nivel.store.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;

/** What a call says of the conversations of a chunk. */
class CallTest {
  private static final int SEED = 7;

  @Test
  void namesEachConversationOnceWithItsFirstAndLastStamp() { // I5, I8
    Call call = new Call("a write", "store_items").spans(List.of(
        new Write("b", item(5, "5")), new Write("a", item(4, "4")),
        new Write("b", item(3, "3")), new Write("b", item(6, "6"))));
    assertThat(value(call, "p_distinct")).isEqualTo(List.of("a", "b"));
    assertThat(value(call, "p_firsts")).isEqualTo(List.of(stamp(4).bits(), stamp(3).bits()));
    assertThat(value(call, "p_lasts")).isEqualTo(List.of(stamp(4).bits(), stamp(6).bits()));
    assertThat(value(call, "p_oldest")).isEqualTo(stamp(3).bits());
  }

  /** Whoever locks them in another order than the other functions may wait for one of them. */
  @Test
  void namesConversationsInTheOrderInWhichPostgresLocksThem() {
    List<String> inBytes = List.of("", "A", "Z", "a", "a\0", "aa", "b", "\u00e4", "\u00e4a",
        "\ud7ff", "\ue000", "\uffff", "\ud800\udc00", "\ud83d\ude00", "\ud83d\ude01",
        "\udbff\udfff");
    List<Write> writes = new ArrayList<>();
    inBytes.forEach(id -> writes.add(new Write(id, item(1, "x"))));
    Collections.shuffle(writes, new Random(SEED));
    assertThat(value(new Call("a write", "store_items").spans(writes), "p_distinct"))
        .isEqualTo(inBytes);
  }

  private static Object value(Call call, String argument) {
    Call.Argument found = Objects.requireNonNull(call.arguments().get(argument));
    return Objects.requireNonNull(found.value());
  }
}
