package dev.nivel.redis;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SampleTest {
  private final Sample sample = new Sample(1);

  @Test
  void keepsAllAsLongAsThereIsRoom() {
    sample.offer("a", new byte[20], 0);
    sample.offer("b", new byte[30], 0);
    sample.offer("a", new byte[40], 0);
    assertThat(sample.conversations()).extracting(List::size).containsExactly(2, 1);
    assertThat(sample.bytes()).isEqualTo(90);
    assertThat(sample.seenBytes()).isEqualTo(90);
  }

  @Test
  void keepsNeitherWhatIsTinyNorWhatIsLong() {
    sample.offer("a", new byte[Sample.VALUE_BYTES_MIN - 1], 0);
    sample.offer("a", new byte[Sample.VALUE_BYTES_MAX + 1], 0);
    assertThat(sample.conversations()).isEmpty();
    assertThat(sample.seenBytes()).isZero();
  }

  /** I8. */
  @Test
  void isBoundedAndHasSomeOfEarlyAndLateOnes() {
    int count = 8_000;
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[1_000];
      value[0] = (byte) (i * 4 / count);
      sample.offer("call " + i, value, 0);
    }
    assertThat(sample.bytes()).isBetween(Sample.BYTES_MAX - 2_000, Sample.BYTES_MAX);
    long[] byQuarter = new long[4];
    sample.conversations().forEach(values -> byQuarter[values.get(0)[0]]++);
    for (long quarter : byQuarter) {
      assertThat(quarter).isBetween(120L, 500L);
    }
  }

  @Test
  void givesWayToWhatIsNewInTheLongRun() {
    for (int i = 0; i < 40_000; i++) {
      byte[] value = new byte[1_000];
      value[0] = (byte) (i < 2_000 ? 1 : 2);
      sample.offer("call " + i, value, 0);
    }
    assertThat(sample.conversations().stream().filter(values -> values.get(0)[0] != 2)).isEmpty();
  }

  /** I12. */
  @Test
  void forgetsAConversation() {
    for (int i = 0; i < 100; i++) {
      sample.offer(i % 3 == 0 ? "erased" : "call " + i, new byte[100], 0);
    }
    sample.forget("erased");
    assertThat(sample.bytes()).isEqualTo(6_600);
    assertThat(sample.conversations()).hasSize(66);
  }

  /** A value that is on its way while a conversation is erased may be of that one. */
  @Test
  void keepsNothingThatWasSentBeforeAnErasure() {
    Sample sample = new Sample(1);
    long before = sample.erasures();
    sample.forget("erased");
    sample.offer("erased", new byte[100], before);
    assertThat(sample.bytes()).isZero();
    sample.offer("another", new byte[100], sample.erasures());
    assertThat(sample.bytes()).isEqualTo(100);
  }
}
