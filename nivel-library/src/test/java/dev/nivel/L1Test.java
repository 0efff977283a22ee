package dev.nivel;

import dev.nivel.store.Contents;
import dev.nivel.store.FakeTime;
import dev.nivel.store.Field;
import dev.nivel.store.ItemBounds;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

class L1Test {
  private static final String ID = "call-1";
  private final FakeTime time = new FakeTime();
  private final CoarseClock clock = new CoarseClock(time);
  private final L1 l1 = l1(100, 1 << 20);

  private L1 l1(int conversations, long bytes) {
    return new L1(
        new L1.Settings(conversations, bytes, Duration.ofMinutes(5), ItemBounds.DEFAULT), clock);
  }

  private void pass(Duration duration) {
    time.pass(duration);
    clock.refresh();
  }

  private void install(Field... fields) {
    l1.install(ID, Contents.EMPTY.with(List.of(fields)), l1.ticket(ID));
  }

  private void write(Field... fields) {
    l1.apply(ID, List.of(fields), l1.ticket(ID));
  }

  private String text(String name) {
    Answer answer = l1.entry(ID, name);
    return answer == null ? "unknown"
        : answer.entry().map(entry -> entry.value().text()).orElse("absent");
  }

  private List<String> log() {
    return l1.items(ID)
        .map(log -> log.items().stream().map(item -> item.value().text()).toList())
        .orElse(List.of("unknown"));
  }

  @Nested
  class TimeToLive {
    @Test
    void runsFromTheLoadWhateverIsReadOrWrittenLater() {
      install(entry("x", 1, "1"));
      pass(Duration.ofSeconds(200));
      write(entry("x", 2, "2"));
      assertThat(text("x")).isEqualTo("2");
      pass(Duration.ofSeconds(99));
      assertThat(text("x")).isEqualTo("2");
      pass(Duration.ofSeconds(2));
      assertThat(text("x")).isEqualTo("unknown");
    }

    @Test
    void beginsAnewWithAWholeLoad() {
      install(entry("x", 1, "1"));
      pass(Duration.ofSeconds(200));
      install(entry("x", 1, "1"));
      pass(Duration.ofSeconds(200));
      assertThat(text("x")).isEqualTo("1");
    }
  }

  @Nested
  class WhatExpired {
    private static final Duration GRACE = Duration.ofHours(1);

    private String remembered(String name) {
      Answer answer = l1.rememberedEntry(ID, name, GRACE);
      return answer == null ? "unknown"
          : answer.entry().map(entry -> entry.value().text()).orElse("absent");
    }

    @Test
    void isRememberedForItsGraceAndAnswersNothingElse() {
      install(entry("x", 1, "1"), item(2, "a"));
      pass(Duration.ofMinutes(64));
      assertThat(text("x")).isEqualTo("unknown");
      assertThat(log()).containsExactly("unknown");
      assertThat(l1.contents(ID)).isEmpty();
      assertThat(remembered("x")).isEqualTo("1");
      assertThat(l1.rememberedContents(ID, GRACE).orElseThrow().items()).hasSize(1);
      pass(Duration.ofSeconds(61));
      assertThat(remembered("x")).isEqualTo("unknown");
      assertThat(l1.rememberedContents(ID, GRACE)).isEmpty();
    }

    @Test
    void takesInWritesWithoutBecomingFresh() {
      install(entry("x", 1, "1"), item(2, "a"));
      l1.expire();
      l1.applyToRemembered(ID, List.of(entry("x", 3, "3"), item(4, "b")));
      assertThat(remembered("x")).isEqualTo("3");
      assertThat(l1.rememberedContents(ID, GRACE).orElseThrow().items()).hasSize(2);
      assertThat(text("x")).isEqualTo("unknown");
    }

    @Test
    void isReplacedAsAWholeByWhatIsLoaded() {
      install(entry("x", 1, "1"));
      l1.expire();
      l1.installEntry(ID, "y", entry("y", 2, "2"), l1.ticket(ID));
      assertThat(text("y")).isEqualTo("2");
      assertThat(remembered("x")).isEqualTo("unknown");
    }

    @Test
    void yieldsToWhatIsPreloadedHoweverLatelyItWasUsed() {
      L1 small = l1(1, 1L << 30);
      small.apply("a", List.of(entry("e", 1, "1")), small.ticket("a"));
      Contents contents = Contents.EMPTY.with(List.of(entry("e", 1, "1")));
      assertThat(small.installPreloaded("b", contents, small.ticket("b"))).isFalse();
      small.expire();
      assertThat(small.installPreloaded("b", contents, small.ticket("b"))).isTrue();
      assertThat(small.counts().evictions()).isZero();
      assertThat(small.counts().expirations()).isEqualTo(1);
    }

    @Test
    void staysForAPreloadThatFitsNowhere() {
      L1 small = l1(10, 100_000);
      small.apply("old", List.of(entry("e", 1, "1")), small.ticket("old"));
      pass(Duration.ofSeconds(70));
      Contents huge = Contents.EMPTY.with(List.of(entry("e", 1, "x".repeat(200_000))));
      assertThat(small.installPreloaded("huge", huge, small.ticket("huge"))).isFalse();
      assertThat(small.entry("old", "e")).isNotNull();
    }

    /** Not even as the second of those whose bytes a large one would need. */
    @Test
    void staysForAPreloadIfItWasUsedWithinAMinute() {
      L1 small = l1(10, 100_000);
      for (String id : List.of("old", "lately")) {
        pass(Duration.ofSeconds(40));
        small.apply(id, List.of(entry("e", 1, "x".repeat(40_000))), small.ticket(id));
      }
      pass(Duration.ofSeconds(30));
      Contents large = Contents.EMPTY.with(List.of(entry("e", 1, "x".repeat(70_000))));
      assertThat(small.installPreloaded("large", large, small.ticket("large"))).isFalse();
      assertThat(small.entry("lately", "e")).isNotNull();
      Contents fitting = Contents.EMPTY.with(List.of(entry("e", 1, "x".repeat(50_000))));
      assertThat(small.installPreloaded("fitting", fitting, small.ticket("fitting"))).isTrue();
      assertThat(small.entry("lately", "e")).isNotNull();
    }

    @Test
    void isForgottenWhenItIsErased() { // I12
      install(entry("x", 1, "1"));
      l1.expire();
      l1.forget(ID);
      assertThat(remembered("x")).isEqualTo("unknown");
    }
  }

  @Test
  void takesNothingOfAConversationOfWhichAllThatWasWrittenIsErased() { // I12
    long ticket = l1.ticket(ID);
    l1.erase(ID, stamp(1));
    long later = l1.ticket(ID);
    write(entry("x", 1, "1"));
    assertThat(l1.residents()).isEmpty();
    l1.installEntry(ID, "x", entry("x", 2, "2"), ticket);
    l1.installEntry(ID, "x", entry("x", 2, "2"), later); // the write has spoiled it
    assertThat(text("x")).isEqualTo("unknown");
  }

  @Nested
  class ACompleteConversation {
    @Test
    void knowsWhatIsAbsent() {
      install(entry("x", 1, "1"));
      assertThat(text("y")).isEqualTo("absent");
      write(entry("y", 2, "2"));
      assertThat(text("y")).isEqualTo("2");
    }

    @Test
    void keepsItsNewestItemsOnly() {
      install();
      for (int i = 1; i <= 250; i++) {
        write(item(i, "t" + i));
      }
      assertThat(log()).hasSize(200).first().isEqualTo("t51");
      assertThat(l1.items(ID).orElseThrow().itemsFrom()).isEqualTo(stamp(51));
    }

    @Test
    void takesItemsInAnyOrder() {
      install(item(1, "a"), item(5, "e"));
      write(item(3, "c"));
      write(item(2, "b"));
      write(item(3, "c"));
      assertThat(log()).containsExactly("a", "b", "c", "e");
    }
  }

  @Nested
  class APartlyKnownConversation {
    @Test
    void doesNotKnowWhatIsAbsent() {
      write(entry("x", 1, "1"));
      assertThat(text("x")).isEqualTo("1");
      assertThat(text("y")).isEqualTo("unknown");
      assertThat(log()).containsExactly("unknown");
    }

    @Test
    void doesNotTakeAnItemForTheWholeLog() {
      write(entry("x", 1, "1"));
      write(item(2, "a"));
      assertThat(log()).containsExactly("unknown");
    }
  }

  @Nested
  class Versions {
    @Test
    void neverDecrease() { // I2
      install(entry("x", 5, "5"));
      write(entry("x", 4, "4"));
      assertThat(text("x")).isEqualTo("5");
      write(tombstone("x", 6));
      assertThat(text("x")).isEqualTo("absent");
      write(entry("x", 5, "5"));
      assertThat(text("x")).isEqualTo("absent");
    }

    @Test
    void thatAreKnownToExistElsewhereMustBeFetched() {
      install(entry("x", 5, "5"), item(1, "a"));
      l1.unknown(ID, "e:x", stamp(6));
      assertThat(text("x")).isEqualTo("unknown");
      install(entry("x", 5, "5"), item(1, "a"));
      assertThat(text("x")).isEqualTo("unknown");
      install(entry("x", 6, "6"), item(1, "a"));
      assertThat(text("x")).isEqualTo("6");
      l1.unknown(ID, "i:" + stamp(2), stamp(2));
      assertThat(log()).containsExactly("unknown");
      assertThat(text("x")).isEqualTo("6");
    }

    @Test
    void thatAreInDoubtMustBeFetchedWhateverTheyAreThen() {
      install(entry("x", 5, "5"), item(1, "a"));
      l1.doubt(ID, List.of(entry("x", 6, "6"), entry("y", 7, "7"), item(8, "b")));
      assertThat(text("x")).isEqualTo("unknown");
      assertThat(text("y")).isEqualTo("unknown");
      assertThat(log()).containsExactly("unknown");
      install(entry("x", 5, "5"), item(1, "a"));
      assertThat(text("x")).isEqualTo("5");
      assertThat(log()).containsExactly("a");
    }

    @Test
    void thatAreKnownAlreadyAreNotFetchedAgain() {
      install(entry("x", 5, "5"), item(1, "a"));
      l1.unknown(ID, "e:x", stamp(5));
      l1.unknown(ID, "i:" + stamp(1), stamp(1));
      assertThat(text("x")).isEqualTo("5");
      assertThat(log()).containsExactly("a");
    }
  }

  @Nested
  class ATicket {
    @Test
    void isWorthlessAfterAWrite() { // I4
      long ticket = l1.ticket(ID);
      write(entry("x", 2, "2"));
      l1.install(ID, Contents.EMPTY.with(List.of(entry("x", 1, "1"))), ticket);
      l1.installEntry(ID, "y", entry("y", 1, "1"), ticket);
      assertThat(text("x")).isEqualTo("2");
      assertThat(text("y")).isEqualTo("unknown");
    }

    @Test
    void isWorthlessAfterAChangeMessageForAConversationThatIsNotThere() {
      long ticket = l1.ticket(ID);
      l1.unknown(ID, "e:x", stamp(2));
      l1.install(ID, Contents.EMPTY.with(List.of(entry("x", 1, "1"))), ticket);
      assertThat(text("x")).isEqualTo("unknown");
    }

    @Test
    void ofAWriteGuardsWhatWasNotKnownBefore() {
      long ticket = l1.ticket(ID);
      l1.unknown(ID, "e:x", stamp(3));
      l1.apply(ID, List.of(entry("x", 2, "2")), ticket);
      assertThat(text("x")).isEqualTo("unknown");
    }

    @Test
    void isWorthlessAfterForgettingEverything() {
      long ticket = l1.ticket(ID);
      l1.expire();
      l1.install(ID, Contents.EMPTY, ticket);
      assertThat(text("x")).isEqualTo("unknown");
    }
  }
}
