package dev.nivel.faults.check;

import dev.nivel.faults.history.Outcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Conditional writes of several nodes, whichever stores judged them. */
class ConditionCheckTest {
  private final Story story = new Story();

  private static void assertBreaks(Story told) {
    assertThat(told.broken(3)).containsExactly(Rule.OVERWRITTEN);
  }

  private static void assertKeeps(Story told) {
    assertThat(told.broken(3)).isEmpty();
    assertThat(told.count(Exemption.MISSED_PAST_REDIS)).isZero();
  }

  @Test
  void replaceTheVersionThatTheyName() {
    assertKeeps(story.put("a", 1).putIf(1, "b", 2).on(1).putIf(2, "c", 3));
    assertBreaks(new Story().put("a", 1).put("b", 2).putIf(1, "c", 3));
    assertThat(new Story().put("a", 1).put("b", 2).putIf(1, "c", 3).broken(1))
        .containsExactly(Rule.OVERWRITTEN);
  }

  @Test
  void doNotBothWinFromTheSameVersion() {
    assertBreaks(story.put("a", 1).putIf(1, "b", 2).on(1).putIf(1, "c", 3));
    assertBreaks(new Story().put("a", 1).putIf(1, "b", 2).on(1).pastRedis().putIf(1, "c", 3));
    assertBreaks(new Story().put("a", 1)
        .on(1)
        .pastRedis()
        .putIf(1, "b", 2)
        .on(0)
        .throughRedis()
        .putIf(1, "c", 3));
  }

  @Test
  void doNotBothWinBecauseOneHasALesserVersion() {
    story.put("a", 1).putIf(1, "b", 3).on(1).pastRedis().putIf(1, "c", 2);
    assertThat(story.broken(3)).containsExactly(Rule.OVERWRITTEN);
  }

  @Test
  void seeWhatAnotherNodeMadeThroughRedis() {
    assertBreaks(story.put("a", 1).on(1).put("b", 2).on(0).putIf(1, "c", 3));
  }

  @Test
  void seeWhatCameBeforeThemThoughItsVersionIsGreater() {
    assertBreaks(story.put("a", 1).put("b", 5).on(1).pastRedis().putIf(1, "c", 3));
  }

  @Test
  void seeWhatAnotherNodeMadePastRedisIfTheyAreJudgedThereToo() {
    story.put("a", 1).on(1).pastRedis().put("b", 2);
    assertBreaks(story.on(0).putIf(1, "c", 3));
  }

  @Test
  void mayMissWhatWasJustMadePastRedisAndThatIsCounted() {
    story.put("a", 1).on(1).pastRedis().put("b", 2).on(0).throughRedis().putIf(1, "c", 3);
    assertThat(story.broken(3)).isEmpty();
    assertThat(story.count(Exemption.MISSED_PAST_REDIS)).isEqualTo(1);
  }

  @Test
  void seeWhatWasMadePastRedisLongerAgo() {
    story.put("a", 1).on(1).pastRedis().put("b", 2).pause(3);
    assertBreaks(story.on(0).throughRedis().putIf(1, "c", 3));
  }

  @Test
  void seeWhatTheirOwnNodeMadePastRedis() {
    assertBreaks(story.put("a", 1).pastRedis().put("b", 2).throughRedis().putIf(1, "c", 3));
  }

  @Test
  void seeConditionalWritesPastRedisHoweverRecent() {
    story.put("a", 1).on(1).pastRedis().putIf(1, "b", 2);
    assertBreaks(story.on(0).throughRedis().putIf(1, "c", 3));
  }

  @Test
  void seeWhatWasReadAlthoughItsOutcomeIsUnknown() {
    story.put("a", 1).putWithout(Outcome.UNKNOWN, "b").reads("b", 2);
    assertBreaks(story.putIf(1, "c", 3));
  }

  @Test
  void doNotReplaceWhatIsDeleted() {
    assertBreaks(story.put("a", 1).delete().putIf(1, "b", 2));
    assertBreaks(new Story().put("a", 1).pause(3).on(1).delete().pause(3).on(0).putIf(1, "b", 2));
    assertBreaks(new Story().put("a", 1).erase(2).putIf(1, "b", 3));
  }

  @Test
  void mayMissADeletionPastRedisForThreeSeconds() {
    story.put("a", 1).pause(3).on(1).delete().on(0).putIf(1, "b", 2);
    assertThat(story.broken(3)).isEmpty();
    assertThat(story.count(Exemption.MISSED_PAST_REDIS)).isEqualTo(1);
  }

  @Test
  void findNothingIfTheyDemandThat() {
    assertKeeps(story.putNew("a", 1).delete().on(1).putNew("b", 2));
    assertBreaks(new Story().putNew("a", 1).on(1).putNew("b", 2));
    assertBreaks(new Story().putNew("a", 1).on(1).pastRedis().putNew("b", 2));
    assertBreaks(new Story().put("a", 1).on(1).put("b", 2).putNew("c", 3));
  }

  @Test
  void mayBeCarriedOutByAServerLongAfterTheirClientHasGivenUp() { // seed 19 of the partitions
    story.putNewOfUnknownOutcome("a").put("b", 1).delete().reads("a", 2);
    assertKeeps(story);
    assertBreaks(new Story().putNewOfUnknownOutcome("a").put("b", 1).reads("a", 2));
  }
}
