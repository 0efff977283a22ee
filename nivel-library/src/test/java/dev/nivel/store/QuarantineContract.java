package dev.nivel.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The part of the contract of L3 that is about what it can't store. */
abstract class QuarantineContract {
  /** A conversation that no other test uses, with characters that mean something to SQL. */
  protected final String conversation = "a'b\"c\\%_;-- ñ " + UUID.randomUUID();

  /** The store under test, with its schema. */
  protected abstract L3 l3();

  /** What it holds of the conversation. */
  final Contents held() {
    return Objects.requireNonNull(l3().conversations(List.of(conversation)).get(conversation));
  }

  @Nested
  class Quarantining {
    private List<Quarantined> rows() {
      return l3().quarantined(0, 10_000)
          .stream()
          .filter(row -> row.conversation().equals(conversation))
          .toList();
    }

    private void quarantine(Field... fields) {
      writes(conversation, fields).forEach(write -> l3().quarantine(write, 7, "a reason"));
    }

    @Test
    void keepsNothingOfWhatWasErasedSince() { // I12
      assertThat(l3().erase(conversation, stamp(7))).isTrue(); // no other test has this stamp
      quarantine(entry("x", 4, "erased"), entry("y", 8, "newer"));
      assertThat(rows()).extracting(Quarantined::key).containsExactly("e:y");
    }

    @Test
    void keepsFieldsApartAndSaysAllOfThemButTheirContents() {
      quarantine(entry("x", 1, "four"), tombstone("y", 2), item(3, ""));
      assertThat(held().isEmpty()).isTrue();
      assertThat(rows()).isSortedAccordingTo(Quarantined.ORDER)
          .extracting(Quarantined::key, Quarantined::stamp, Quarantined::contentBytes,
              Quarantined::contentType)
          .containsExactly(tuple("e:x", stamp(1), 4, "text/plain; charset=utf-8"),
              tuple("e:y", stamp(2), 0, null),
              tuple("i:" + stamp(3), stamp(3), 0, "text/plain; charset=utf-8"));
      assertThat(rows()).allSatisfy(row -> {
        assertThat(row.node()).isEqualTo(7);
        assertThat(row.reason()).isEqualTo("a reason");
        assertThat(row.at()).isAfter(Instant.parse("2026-01-01T00:00:00Z"));
      });
    }

    @Test
    void isListedInPages() {
      quarantine(entry("x", 1, "1"), entry("y", 2, "2"), entry("z", 3, "3"));
      long first = rows().get(0).id();
      assertThat(l3().quarantined(first - 1, 2)).hasSize(2)
          .first()
          .isEqualTo(rows().get(0));
      assertThat(l3().quarantined(first, 10_000)).doesNotContain(rows().get(0))
          .contains(rows().get(1), rows().get(2));
    }

    @Test
    void keepsAFieldOnceWithTheLastReason() {
      quarantine(entry("x", 1, "1"), entry("x", 2, "2"));
      List<Quarantined> before = rows();
      l3().quarantine(new Write(conversation, entry("x", 1, "1")), 8, "another reason");
      assertThat(rows())
          .containsExactly(before.get(0).because("another reason"), before.get(1));
    }

    @Test
    void givesTheFieldsBackAsTheyWereAndKeepsThem() {
      Entry odd = new Entry("né'\"\\", stamp(1), Value.of(new byte[]{0, -1}, "a/b"),
          Fields.NOW_MILLIS * 2);
      quarantine(odd, tombstone("y", 2), item(3, "a"));
      List<Quarantined> rows = rows();
      List<Long> ids = rows.stream().map(Quarantined::id).toList();
      Map<Long, Write> expected = new HashMap<>();
      expected.put(ids.get(0), new Write(conversation, odd));
      expected.put(ids.get(2), new Write(conversation, item(3, "a")));
      assertThat(l3().quarantinedWrites(List.of(ids.get(0), ids.get(2), Long.MAX_VALUE)))
          .isEqualTo(expected);
      assertThat(rows()).isEqualTo(rows);
      assertThat(l3().quarantinedWrites(List.of())).isEmpty();
    }

    @Test
    void endsForThoseThatAreDropped() {
      quarantine(entry("x", 1, "1"), entry("y", 2, "2"));
      List<Quarantined> rows = rows();
      List<Long> ids = List.of(rows.get(0).id(), Long.MAX_VALUE);
      assertThat(l3().dropQuarantined(ids)).containsExactly(rows.get(0));
      assertThat(l3().dropQuarantined(ids)).isEmpty();
      assertThat(rows()).containsExactly(rows.get(1));
      assertThat(held().isEmpty()).isTrue();
    }

    @Test
    void endsWithTheErasureOfTheConversation() { // I12
      quarantine(entry("x", 1, "1"), entry("y", 9, "9"));
      assertThat(l3().erase(conversation, stamp(6))).isTrue(); // no other test has this stamp
      assertThat(rows()).extracting(Quarantined::key).containsExactly("e:y");
    }
  }
}
