package dev.nivel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PortionsTest {
  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @ParameterizedTest
  @CsvSource({"25, 1, 1", "25, 1000, 1", "3, 10, 1", "400, 99, 1", "400, 100, 2", "400, 150, 3",
      "400, 1000, 4", "120, 1000, 2"})
  void areAsManyAsAreNeededOrWorthIt(int together, int conversations, int portions) {
    assertThat(new Portions(together).wanted(conversations)).isEqualTo(portions);
  }

  @Test
  void areOfAboutTheSameSizeAndInOrder() {
    for (int together : new int[]{1, 3, 25, 100, 250, 400}) {
      for (int count = 1; count < 500; count++) {
        Portions portions = new Portions(together);
        for (int allowed = portions.wanted(count); allowed > 0; allowed--) {
          List<List<String>> divided = portions.divide(ids(count), allowed);
          List<String> all = new ArrayList<>();
          divided.forEach(all::addAll);
          assertThat(all)
              .isEqualTo(ids(Math.min(Math.min(count, together), allowed * Portions.PORTION_MAX)));
          int least = all.size() / allowed;
          assertThat(divided).hasSize(allowed)
              .allSatisfy(portion -> assertThat(portion)
                  .hasSizeBetween(Math.max(1, least), Portions.PORTION_MAX));
        }
      }
    }
  }

  @Test
  void learnHowManyAreAMegabyteTogether() {
    Portions portions = new Portions(Portions.FIRST);
    portions.adapt(0, 0);
    assertThat(portions.together()).as("nothing was loaded").isEqualTo(Portions.FIRST);
    portions.adapt(2, 400_000);
    assertThat(portions.together()).isEqualTo(5);
    portions.adapt(1, 5_000_000);
    assertThat(portions.together()).isEqualTo(1);
    portions.adapt(1, 1);
    assertThat(portions.together()).isEqualTo(400);
  }
}
