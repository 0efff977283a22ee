package dev.nivel.store;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;

/** How every L3 must list conversations. */
public abstract class L3ListingContract extends QuarantineContract {
  List<Refusal> write(Field... fields) {
    return l3().write(writes(conversation, fields));
  }

  @Nested
  class Listing {
    @Test
    void isByPrefixInTheOrderOfTheIds() {
      for (String suffix : List.of("/b", "/a", "/c")) {
        l3().write(writes(conversation + suffix, item(1, "x")));
      }
      List<Activity> first = l3().activities(conversation + "/", "", 2);
      assertThat(first).extracting(Activity::conversation)
          .containsExactly(conversation + "/a", conversation + "/b");
      assertThat(first.get(0).lastActivity()).isEqualTo(stamp(1).instant());
      assertThat(l3().activities(conversation + "/", conversation + "/b", 2))
          .extracting(Activity::conversation)
          .containsExactly(conversation + "/c");
    }

    @Test
    void ofAPrefixHasAllThatBeginsWithIt() {
      String last = "\uDBFF\uDFFF"; // the last of all characters
      List<String> ids = List.of(conversation + "#", conversation + "#" + last,
          conversation + "#" + last.repeat(40));
      ids.forEach(id -> l3().write(writes(id, item(1, "x"))));
      l3().write(writes(conversation + "$", item(1, "x")));
      assertThat(l3().activities(conversation + "#", "", 9)).extracting(Activity::conversation)
          .containsExactlyElementsOf(ids);
    }

    @Test
    void findsWhatWasLastWrittenBeforeATimeAndWhereToGoOn() {
      for (int i = 1; i <= 4; i++) {
        l3().write(writes(conversation + "/" + i, item(i % 2 == 0 ? 9 : 1, "x")));
      }
      Instant before = stamp(5).instant();
      assertThat(l3().activitiesBefore(before, conversation + "/", 4))
          .extracting(Activity::conversation)
          .containsExactly(conversation + "/1", conversation + "/3", conversation + "/4");
      assertThat(l3().activitiesBefore(before, conversation + "/1", 1))
          .containsExactly(new Activity(conversation + "/2", stamp(9).instant()));
      l3().erase(conversation + "/3", stamp(77)); // a stamp of its own, as each erasure
      assertThat(l3().activitiesBefore(before, conversation + "/2", 1))
          .extracting(Activity::conversation)
          .containsExactly(conversation + "/4");
    }

    @Test
    void hasWhatWasWrittenInTheMillisecondOfAnErasureAfterIt() {
      l3().erase(conversation, stamp(42));
      write(new Item(stamp(42).next(2), Value.json("1")));
      assertThat(l3().activities(conversation, "", 2)).hasSize(1);
    }

    @Test
    void leavesOutWhatWasErased() {
      write(item(1, "x"));
      l3().erase(conversation, stamp(2));
      assertThat(l3().activities(conversation, "", 2)).isEmpty();
      write(item(3, "y"));
      assertThat(l3().activities(conversation, "", 2)).hasSize(1);
    }
  }
}
