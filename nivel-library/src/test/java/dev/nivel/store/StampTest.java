package dev.nivel.store;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StampTest {
  @Property
  void isExactAsADouble(@ForAll @LongRange(max = (1L << 53) - 1) long bits) {
    assertThat((long) (double) bits).isEqualTo(bits);
    assertThat(Stamp.parse(new Stamp(bits).toString())).isEqualTo(new Stamp(bits));
  }

  @Property
  void tellsTimeAndNode(
      @ForAll @LongRange(min = Stamp.EPOCH_MILLIS, max = 5_000_000_000_000L) long millis,
      @ForAll @IntRange(max = 63) int node) {
    Stamp stamp = Stamp.at(millis, node);
    assertThat(stamp.millis()).isEqualTo(millis);
    assertThat(stamp.node()).isEqualTo(node);
    assertThat(stamp.instant()).isEqualTo(Instant.ofEpochMilli(millis));
  }

  @Property
  void hasANextOneOfEachNodeThatIsNewer(@ForAll @LongRange(max = (1L << 52)) long bits,
      @ForAll @IntRange(max = 63) int node) {
    Stamp next = new Stamp(bits).next(node);
    assertThat(next.isNewerThan(new Stamp(bits))).isTrue();
    assertThat(next.node()).isEqualTo(node);
    assertThat(next.bits() - bits).isLessThanOrEqualTo(127);
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
