package dev.nivel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PortionSizeTest {
  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static List<Integer> sizes(int size, int count) {
    return new PortionSize(size).firstOf(ids(count)).stream().map(List::size).toList();
  }

  @ParameterizedTest
  @CsvSource({"25, 24, 1", "25, 26, 2", "25, 1000, 4", "100, 99, 1", "100, 100, 2", "100, 150, 3",
      "100, 1000, 4", "3, 4, 2"})
  void hasAsManyOnTheirWayAsAreNeededOrWorthIt(int size, int count, int portions) {
    assertThat(sizes(size, count)).hasSize(portions);
  }

  @Test
  void dividesEvenlyInOrderAndWithinTheSize() {
    for (int size : new int[]{1, 3, 25, 100}) {
      for (int count = 1; count < 500; count++) {
        List<List<String>> portions = new PortionSize(size).firstOf(ids(count));
        List<String> all = new ArrayList<>();
        portions.forEach(all::addAll);
        assertThat(all).isEqualTo(ids(Math.min(count, 4 * size)));
        assertThat(portions).allSatisfy(portion -> assertThat(portion)
            .hasSizeBetween(Math.max(1, all.size() / portions.size()), size));
      }
    }
  }

  @Test
  void learnsHowManyAreAMegabyteTogether() {
    PortionSize size = new PortionSize(25);
    size.adapt(0, 0);
    assertThat(size.next()).as("nothing was loaded").isEqualTo(25);
    size.adapt(2, 400_000);
    assertThat(size.next()).isEqualTo(5);
    size.adapt(1, 5_000_000);
    assertThat(size.next()).isEqualTo(1);
    size.adapt(1, 1);
    assertThat(size.next()).isEqualTo(PortionSize.MAX);
  }
}
