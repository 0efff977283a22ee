package dev.nivel.faults.check;

import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.load.Texts;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** For every rule: histories that keep it, and histories that break it. */
class CheckerTest {
  private Story story = new Story();

  @Nested
  class Lost {
    @Test
    void isAnAcknowledgedEntryThatIsNotThereAtTheEnd() {
      assertThat(story.put("a", 1).endsWith("", 0).broken()).containsExactly(Rule.LOST);
    }

    @Test
    void isAnAcknowledgedEntryThatIsOlderAtTheEnd() {
      assertThat(story.put("a", 1).put("b", 2).endsWith("a", 1).broken())
          .containsExactly(Rule.LOST);
    }

    @Test
    void isAnAcknowledgedItemThatIsNotThereAtTheEnd() {
      assertThat(story.append("a", 1).append("b", 2).endsWith("", 0, "a", 1).broken())
          .containsExactly(Rule.LOST);
    }

    @Test
    void isNothingThatIsThere() {
      assertThat(story.put("a", 1).append("b", 2).endsWith("a", 1, "b", 2).broken()).isEmpty();
    }

    @Test
    void isNothingThatWasDeletedLaterOrMayHaveBeen() {
      assertThat(story.put("a", 1).delete().endsWith("", 0).broken()).isEmpty();
      assertThat(new Story().put("a", 1).deleteOfUnknownOutcome().endsWith("", 0).broken())
          .isEmpty();
      assertThat(new Story().append("a", 1).erase(2).endsWith("", 0).broken()).isEmpty();
    }

    @Test
    void isWhatWasDeletedBeforeItWasWritten() {
      assertThat(story.delete().put("a", 1).endsWith("", 0).broken()).containsExactly(Rule.LOST);
      assertThat(new Story().erase(1).append("a", 2).endsWith("", 0).broken())
          .containsExactly(Rule.LOST);
    }

    @Test
    void isNothingOfUnknownOutcome() {
      assertThat(story.putWithout(Outcome.UNKNOWN, "a")
          .appendOfUnknownOutcome("b")
          .endsWith("", 0)
          .broken()).isEmpty();
    }

    @Test
    void isWhatWasSeenButNotAcknowledgedUnlessRedisLostData() {
      story.putWithout(Outcome.UNKNOWN, "a").reads("a", 1).endsWith("", 0);
      assertThat(story.broken()).containsExactly(Rule.LOST);
      assertThat(story.redisLosesData().broken()).isEmpty();
    }

    @Test
    void isWhatTheJournalHadWhateverElseWasLost() {
      story.put("a", 1).append("b", 2).endsWith("", 0);
      assertThat(story.redisLosesData().nodeLosesMemory().diskIsFull().broken())
          .containsExactly(Rule.LOST);
    }

    @Test
    void isNothingThatWasInRedisOnlyAndInMemoryIfBothWereLost() {
      story.inRedisOnly().put("a", 1).append("b", 2).reads("a", 1).endsWith("", 0);
      assertThat(story.diskIsFull().broken()).contains(Rule.LOST);
      assertThat(story.redisLosesData().broken()).contains(Rule.LOST);
      assertThat(story.nodeLosesMemory().broken()).isEmpty();
    }

    @Test
    void isADeletionOnlyIfAJournalHadRoomForIt() {
      story.put("a", 1).delete().readsNothing().endsWith("a", 1);
      assertThat(story.redisLosesData().nodeLosesMemory().broken())
          .containsExactly(Rule.RESURRECTED);
      assertThat(story.diskIsFull().broken()).isEmpty();
    }
  }

  @Nested
  class Reordered {
    @Test
    void isAReadThatReturnsLessThanAnEarlierRead() {
      story.put("a", 1).putWithout(Outcome.UNKNOWN, "b").reads("b", 2).reads("a", 1);
      assertThat(story.broken()).containsExactly(Rule.REORDERED);
    }

    @Test
    void isNoReadThatSaysThatItMayBeOutdated() {
      story.put("a", 1).putWithout(Outcome.UNKNOWN, "b").reads("b", 2).stale().reads("a", 1);
      assertThat(story.broken()).isEmpty();
    }

    @Test
    void areItemsThatAreNotInTheOrderOfTheirIds() {
      story.append("a", 1).append("b", 2).readsItems("b", 2, "a", 1);
      assertThat(story.broken()).contains(Rule.REORDERED);
    }

    @Test
    void isALaterWriteOfALesserVersion() {
      assertThat(story.put("a", 2).put("b", 1).broken()).containsExactly(Rule.REORDERED);
      assertThat(new Story().append("a", 2).append("b", 1).broken())
          .containsExactly(Rule.REORDERED);
      assertThat(new Story().put("a", 1).append("b", 2).put("c", 3).broken()).isEmpty();
    }

    @Test
    void isALaterWriteOfALesserVersionOnAnotherNodeIfOneStoreHasBoth() {
      assertThat(story.put("a", 2).on(1).put("b", 1).broken()).containsExactly(Rule.REORDERED);
      assertThat(new Story().append("a", 2).on(1).append("b", 1).broken())
          .containsExactly(Rule.REORDERED);
      assertThat(new Story().pastRedis().put("a", 2).on(1).put("b", 1).broken())
          .containsExactly(Rule.REORDERED);
    }

    @Test
    void isNothingOnBothSidesOfAPartitionButItIsCounted() {
      story.put("a", 2).on(1).pastRedis().put("b", 1);
      assertThat(story.broken()).isEmpty();
      assertThat(story.count(Exemption.ORDERED_BY_CLOCKS)).isEqualTo(1);
      assertThat(new Story().pastRedis().append("a", 2).on(1).append("b", 1).broken()).isEmpty();
    }

    @Test
    void isNoAppendThatAnotherNodeMayHaveMadeBefore() {
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a").with("").on(1).append("b", 2);
      assertThat(story.with("k").append("a", 1).broken()).isEmpty();
    }
  }

  @Nested
  class Stale {
    @Test
    void isAReadThatDoesNotSeeTheWritesOfItsOwnNode() {
      assertThat(story.put("a", 1).put("b", 2).reads("a", 1).broken())
          .containsExactly(Rule.STALE);
      assertThat(new Story().put("a", 1).readsNothing().broken()).containsExactly(Rule.STALE);
      assertThat(new Story().append("a", 1).readsItems().broken()).containsExactly(Rule.STALE);
    }

    @Test
    void isAReadThatDoesNotSeeTheWritesOfAnotherNodeAfterThreeSeconds() {
      story.put("a", 1).put("b", 2).append("c", 3).on(1);
      assertThat(story.reads("a", 1).readsItems().broken()).isEmpty();
      assertThat(story.pause(3).reads("a", 1).broken()).containsExactly(Rule.STALE);
      assertThat(story.readsItems().broken()).containsExactly(Rule.STALE);
    }

    @Test
    void isAReadOnAnyOfThreeNodes() {
      story.put("a", 1).put("b", 2).append("c", 3);
      assertThat(story.on(1).reads("a", 1).on(2).reads("a", 1).broken(3)).isEmpty();
      assertThat(story.pause(2).on(2).reads("a", 1).broken(3)).containsExactly(Rule.STALE);
      assertThat(new Story().append("a", 1).on(2).pause(3).readsItems().broken(3))
          .containsExactly(Rule.STALE);
    }

    @Test
    void isNoReadThatSaysSo() {
      story.put("a", 1).put("b", 2).append("c", 3);
      assertThat(story.stale().reads("a", 1).stale().readsItems().broken()).isEmpty();
    }
  }

  @Nested
  class Resurrected {
    @Test
    void isAnEntryThatWasDeleted() {
      assertThat(story.put("a", 1).delete().reads("a", 1).broken())
          .containsExactly(Rule.RESURRECTED);
      assertThat(new Story().put("a", 1).delete().endsWith("a", 1).broken())
          .containsExactly(Rule.RESURRECTED);
    }

    @Test
    void isAnEntryThatWasReadAsAbsent() {
      story.put("a", 1).deleteOfUnknownOutcome().readsNothing().reads("a", 1);
      assertThat(story.broken()).containsExactly(Rule.RESURRECTED);
    }

    @Test
    void isAnItemThatWasErased() {
      story.append("a", 1).erase(2).append("b", 3).readsItems("a", 1, "b", 3);
      assertThat(story.broken()).containsExactly(Rule.RESURRECTED);
    }

    @Test
    void isNothingThatIsSeenBeforeTheErasureIsComplete() {
      story.put("a", 1).append("b", 2).eraseIsAccepted(3).readsNothing().reads("a", 1);
      assertThat(story.readsItems("b", 2).broken()).isEmpty();
      assertThat(story.endsWith("a", 1).broken()).containsExactly(Rule.RESURRECTED);
    }

    /** An acknowledged deletion outweighs a read elsewhere that came later and found nothing. */
    @Test
    void isAnEntryThatWasDeletedThoughAnotherNodeFoundNothingMeanwhile() {
      story.put("a", 1).delete().on(1).readsNothing().pause(4);
      assertThat(story.reads("a", 1).broken()).containsExactly(Rule.RESURRECTED);
    }

    @Test
    void isNothingThatAnotherNodeDidNotFindJustAfterItWasWritten() {
      story.put("a", 1).on(1).readsNothing().pause(4).reads("a", 1);
      assertThat(story.broken()).isEmpty();
    }

    @Test
    void isWhatAnErasureReachesThoughItWasWrittenAtTheSameTime() {
      story.putWithout(Outcome.UNKNOWN, "a").erase(5).reads("a", 4);
      assertThat(story.broken()).containsExactly(Rule.RESURRECTED);
      story = new Story().appendOfUnknownOutcome("a").erase(5);
      assertThat(story.readsItems("a", 4).broken()).containsExactly(Rule.RESURRECTED);
    }

    @Test
    void isNothingThatWasWrittenLater() {
      story.put("a", 1).erase(2).put("b", 3).append("c", 4).reads("b", 3).readsItems("c", 4);
      assertThat(story.endsWith("b", 3, "c", 4).broken()).isEmpty();
    }
  }

  @Nested
  class ForeignOrAltered {
    @Test
    void isAValueOfAnotherConversation() {
      assertThat(story.put("a", 1).readsText(Texts.text("other", "a", ""), 1).broken())
          .contains(Rule.FOREIGN);
    }

    @Test
    void isAValueThatNobodyWrote() {
      String altered = Story.text("a").replace("}", " }");
      assertThat(story.put("a", 1).readsText(altered, 1).broken()).containsExactly(Rule.ALTERED);
    }

    @Test
    void isAnAppendThatAppearsTwice() {
      story.append("a", 1).readsItems("a", 1, "a", 2);
      assertThat(story.broken()).containsExactly(Rule.ALTERED);
    }

    @Test
    void isAnAppendOfUnknownOutcomeThatAppearsTwice() {
      story.appendOfUnknownOutcome("a").readsItems("a", 1);
      assertThat(story.endsWith("", 0, "a", 1).broken()).isEmpty();
      assertThat(story.endsWith("", 0, "a", 1, "a", 3).broken()).contains(Rule.ALTERED);
    }
  }

  @Nested
  class Mistaken {
    @Test
    void isNoAppendThatIsRepeatedUntilItIsAcknowledged() {
      story.with("k")
          .appendWithout(Outcome.UNKNOWN, 503, "a")
          .appendWithout(Outcome.FAILED, 503, "a")
          .append("a", 1)
          .append("a", 1)
          .readsItems("a", 1);
      assertThat(story.endsWith("", 0, "a", 1).broken()).isEmpty();
      assertThat(story.endsWith("", 0).broken()).contains(Rule.LOST);
    }

    @Test
    void isNoAppendThatIsNeverAcknowledged() {
      story.with("k")
          .appendWithout(Outcome.UNKNOWN, 0, "a")
          .appendWithout(Outcome.FAILED, 503, "a");
      assertThat(story.endsWith("", 0).broken()).isEmpty();
      assertThat(new Story().with("k")
          .appendWithout(Outcome.UNKNOWN, 0, "a")
          .appendWithout(Outcome.FAILED, 503, "a")
          .endsWith("", 0, "a", 1)
          .broken()).isEmpty();
    }

    @Test
    void isARepetitionThatIsAnsweredWithAnotherId() {
      assertThat(story.with("k").append("a", 1).append("a", 2).broken())
          .containsExactly(Rule.MISTAKEN);
    }

    @Test
    void isARepetitionThatIsTakenForAnotherRequest() {
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a");
      assertThat(story.appendWithout(Outcome.FAILED, 409, "a").broken())
          .containsExactly(Rule.MISTAKEN);
    }

    @Test
    void isARepetitionOnAnotherNodeThatIsAnsweredWithAnotherId() {
      story.with("k").append("a", 1).on(1).pastRedis();
      assertThat(story.append("a", 1).broken(3)).isEmpty();
      assertThat(story.append("a", 2).broken(3)).containsExactly(Rule.MISTAKEN);
      assertThat(story.readsItems("a", 1, "a", 2).broken(3)).contains(Rule.ALTERED);
    }

    @Test
    void isNewsFromAnotherNodeThatMayHaveMadeItAndThatIsCounted() { // seed 6 of the partitions
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a").on(2).append("a", 1).readsItems();
      assertThat(story.broken(3)).isEmpty();
      assertThat(story.count(Exemption.REPETITION_UNSEEN)).isEqualTo(1);
      assertThat(story.pause(2).readsItems().broken(3)).containsExactly(Rule.STALE);
    }

    @Test
    void isSeenAtOnceIfNoOtherNodeWasAsked() {
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a").append("a", 1);
      assertThat(story.readsItems().broken(3)).containsExactly(Rule.STALE);
    }

    @Test
    void isNotTheNameOfWhatAppearsTwice() {
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a").append("a", 2);
      assertThat(story.readsItems("a", 1, "a", 2).broken()).containsExactly(Rule.ALTERED);
      assertThat(story.redisLosesData().broken()).containsExactly(Rule.ALTERED);
    }

    @Test
    void isNoRepetitionAfterTheConversationWasErased() {
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a").readsItems("a", 1).erase(2);
      story.append("a", 3).readsItems("a", 3).append("a", 3).endsWith("", 0, "a", 3);
      assertThat(story.broken()).isEmpty();
      assertThat(story.readsItems("a", 1, "a", 3).broken()).containsExactly(Rule.ALTERED);
    }

    /** Partition run, seed 10. */
    @Test
    void maySeeTheFirstOfTwoUntilAllHaveErasedIt() {
      Story story = new Story();
      story.with("k").append("a", 1).eraseIsAccepted(2).on(1).append("a", 3);
      assertThat(story.readsItems("a", 1, "a", 3).endsWith("", 0, "a", 3).broken()).isEmpty();
    }

    @Test
    void isNoRepetitionThatAServerCarriesOutAfterAnErasure() { // seed 19 of the partitions
      story.with("k").append("a", 1).on(1).appendWithout(Outcome.UNKNOWN, 0, "a").erase(2);
      assertThat(story.readsItems("a", 3).endsWith("", 0, "a", 3).broken(3)).isEmpty();
    }

    @Test
    void isNoRepetitionAfterRedisHasLostWhatWasNotAcknowledged() {
      story.with("k").appendWithout(Outcome.UNKNOWN, 0, "a").readsItems("a", 1).append("a", 3);
      story.endsWith("", 0, "a", 3);
      assertThat(story.broken()).contains(Rule.ALTERED);
      assertThat(story.redisLosesData().broken()).isEmpty();
    }
  }

  @Nested
  class HalfDone {
    @Test
    void isARefusedWriteThatIsRead() {
      assertThat(story.putWithout(Outcome.FAILED, "a").reads("a", 1).broken())
          .containsExactly(Rule.HALF_DONE);
      assertThat(new Story().putWithout(Outcome.UNKNOWN, "a").reads("a", 1).broken()).isEmpty();
    }
  }

  @Nested
  class Diverged {
    @Test
    void areSourcesThatHoldDifferentThings() {
      story.putWithout(Outcome.UNKNOWN, "a").endsWith("a", 1);
      assertThat(story.endsWith("a", 1).broken()).isEmpty();
      assertThat(story.endsWith("", 0).broken()).containsExactly(Rule.DIVERGED);
    }
  }
}
