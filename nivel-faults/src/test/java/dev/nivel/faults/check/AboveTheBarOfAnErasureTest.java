package dev.nivel.faults.check;

import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What an erasure does not reach is checked, however long it is under way. */
class AboveTheBarOfAnErasureTest {
  private Story story = new Story();

  @Test
  void nothingMayBeLost() {
    story.eraseIsAccepted(3).put("a", 4).append("b", 5);
    assertThat(story.endsWith("", 0).broken()).containsExactly(Rule.LOST);
    assertThat(story.count(Exemption.REMOVAL_UNDER_WAY)).isZero();
  }

  @Test
  void nothingMayBeStale() {
    story.eraseIsAccepted(3).put("a", 4).put("b", 5).append("c", 6);
    assertThat(story.reads("a", 4).broken()).containsExactly(Rule.STALE);
    story = new Story().eraseIsAccepted(3).put("a", 4);
    assertThat(story.readsNothing().broken()).containsExactly(Rule.STALE);
    story = new Story().eraseIsAccepted(3).append("a", 4);
    assertThat(story.readsItems().broken()).containsExactly(Rule.STALE);
  }

  @Test
  void nothingMayBeResurrected() {
    story.eraseIsAccepted(3).put("a", 4).delete().reads("a", 4);
    assertThat(story.broken()).containsExactly(Rule.RESURRECTED);
    story = new Story().eraseIsAccepted(3).put("a", 4).deleteOfUnknownOutcome();
    assertThat(story.readsNothing().reads("a", 4).broken()).containsExactly(Rule.RESURRECTED);
  }

  @Test
  void nothingIsExcusedAndWhatIsBelowAndLooksWrongIsCounted() {
    story.put("a", 1).append("b", 2).eraseIsAccepted(3).readsNothing().readsItems();
    assertThat(story.reads("a", 1).readsItems("b", 2).broken()).isEmpty();
    assertThat(story.count(Exemption.REMOVAL_UNDER_WAY)).isZero();
    story = new Story().put("a", 1).put("b", 2).eraseIsAccepted(3).reads("a", 1);
    assertThat(story.broken()).isEmpty();
    assertThat(story.count(Exemption.REMOVAL_UNDER_WAY)).isEqualTo(1);
  }

  /** Ten seconds, and as long as a server may have been held up. */
  @Test
  void thereIsWhatWasWrittenLongAfterOneOfUnknownOutcome() {
    story.eraseOfUnknownOutcome().append("a", 2).put("b", 3);
    assertThat(story.readsItems().readsNothing().broken()).isEmpty();
    assertThat(story.count(Exemption.REMOVAL_UNDER_WAY)).isEqualTo(2);
    story = new Story().eraseOfUnknownOutcome().pause(10).append("a", 2);
    assertThat(story.readsItems().broken()).containsExactly(Rule.STALE);
    assertThat(story.isHeldUp(Duration.ofSeconds(5)).broken()).isEmpty();
  }

  @Test
  void thereIsWhatWasWrittenLongAfterADeletionOfUnknownOutcome() {
    story.deleteOfUnknownOutcome().pause(10).put("a", 2).readsNothing();
    assertThat(story.broken()).containsExactly(Rule.STALE);
  }

  @Test
  void appendsAreRepeatedAsEver() {
    story.eraseIsAccepted(3).with("k").append("a", 4).append("a", 5);
    assertThat(story.broken()).containsExactly(Rule.MISTAKEN);
    story = new Story().with("k").append("a", 2).eraseIsAccepted(3).append("a", 4);
    assertThat(story.broken()).isEmpty();
  }
}
