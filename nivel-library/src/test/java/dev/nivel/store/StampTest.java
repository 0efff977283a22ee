package dev.nivel.store;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StampTest {
  private static final int CASES = 1_000;
  private final Random random = new Random(1);

  private long bits() {
    return random.nextLong() >>> 11 >>> random.nextInt(53);
  }

  @Test
  void isExactAsADouble() {
    for (int i = 0; i < CASES; i++) {
      long bits = bits();
      assertThat((long) (double) bits).isEqualTo(bits);
      assertThat(Stamp.parse(new Stamp(bits).toString())).isEqualTo(new Stamp(bits));
    }
  }

  @Test
  void tellsTimeAndNode() {
    for (int i = 0; i < CASES; i++) {
      long millis = Stamp.EPOCH_MILLIS + (random.nextLong() >>> 22);
      int node = random.nextInt(Stamp.NODES_MAX);
      Stamp stamp = Stamp.at(millis, node);
      assertThat(stamp.millis()).isEqualTo(millis);
      assertThat(stamp.node()).isEqualTo(node);
      assertThat(stamp.instant()).isEqualTo(Instant.ofEpochMilli(millis));
    }
  }

  @Test
  void hasANextOneOfEachNodeThatIsNewer() {
    for (int i = 0; i < CASES; i++) {
      long bits = bits() / 2;
      int node = random.nextInt(Stamp.NODES_MAX);
      Stamp next = new Stamp(bits).next(node);
      assertThat(next.isNewerThan(new Stamp(bits))).isTrue();
      assertThat(next.node()).isEqualTo(node);
      assertThat(next.bits() - bits).isLessThanOrEqualTo(127);
    }
  }

  @Test
  void lastsUntilThe22ndCentury() {
    assertThat(new Stamp((1L << 53) - 1).instant()).isAfter(Instant.parse("2159-01-01T00:00:00Z"));
  }

  @Test
  void isADecimalNumberAndNothingElse() {
    for (String text : new String[]{"", "-1", "+1", " 1", "1e3", "0x1", "9007199254740992",
        "99999999999999999", "١"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Stamp.parse(text));
    }
  }
}
