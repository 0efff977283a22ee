package dev.nivel.faults.check;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How old acknowledged writes are that reads do not see. Operations take half a second each. */
class LagMeterTest {
  private final Story story = new Story();

  private void assertLag(long reads, long missing, double millisMax) {
    assertThat(story.lags()).startsWith("reads not marked as stale " + reads + ", " + missing
        + " of them missed a write").contains("at most %.1f ms".formatted(millisMax));
  }

  @Test
  void isNoneOfWhatSawEverything() {
    story.put("a", 1).append("b", 2).on(2).reads("a", 1).readsItems("b", 2);
    assertLag(2, 0, 0);
  }

  @Test
  void isTheAgeOfTheFirstWriteThatWasNotSeen() {
    story.put("a", 1).put("b", 2).put("c", 3).on(1).reads("a", 1).reads("b", 2).reads("c", 3);
    assertLag(3, 2, 1_500);
  }

  @Test
  void isThatOfItemsToo() {
    story.append("a", 1).append("b", 2).on(1).readsItems("a", 1);
    assertLag(1, 1, 500);
  }

  @Test
  void isThatOfADeletionToo() {
    story.put("a", 1).delete().pause(1).on(1).reads("a", 1);
    assertLag(1, 1, 1_500);
  }

  @Test
  void isNoneIfADeletionExplainsThatNothingIsSeen() {
    story.put("a", 1).append("b", 2).erase(3).on(1).readsNothing().readsItems();
    assertLag(2, 0, 0);
  }

  @Test
  void isNotMeasuredWhereAnAnswerIsMarked() {
    story.put("a", 1).put("b", 2).on(1).stale().reads("a", 1).reads("b", 2);
    assertLag(1, 0, 0);
    assertThat(story.lags()).endsWith("marked as stale 1");
  }
}
