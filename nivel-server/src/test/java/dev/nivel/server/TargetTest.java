package dev.nivel.server;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TargetTest {
  private static List<String> segments(String path) {
    return Target.parse(path, "").segments();
  }

  @Test
  void decodesEachSegmentOnceAndNormalisesNothing() {
    assertThat(segments("/")).isEmpty();
    assertThat(segments("/a/b")).containsExactly("a", "b");
    assertThat(segments("/a%2Fb/c")).containsExactly("a/b", "c");
    assertThat(segments("/%252e%252e")).containsExactly("%2e%2e");
    assertThat(segments("/%2e%2e/x")).containsExactly("..", "x");
    assertThat(segments("/x/../y//z/")).containsExactly("x", "..", "y", "", "z", "");
    assertThat(segments("/a+b%20c")).containsExactly("a+b c");
    assertThat(segments("/%C3%B1%e2%82%ac%F0%9F%98%80")).containsExactly("ñ€😀");
    assertThat(segments("/a:b{c}d\"'")).containsExactly("a:b{c}d\"'");
  }

  @Test
  void refusesWhatCanNotBeDecoded() {
    for (String path : List.of("/%", "/%2", "/%zz", "/%ff", "/%c0%80", "/%ed%a0%80", "/ñ", "x",
        "*")) {
      assertThatThrownBy(() -> segments(path)).as(path)
          .isInstanceOf(Problem.class)
          .extracting(problem -> ((Problem) problem).status())
          .isEqualTo(400);
    }
  }

  @Test
  void readsTheQuery() {
    assertThat(Target.parse("/", "a=1&b=x%26y%3D+z&c").query())
        .isEqualTo(Map.of("a", "1", "b", "x&y= z", "c", ""));
    assertThatThrownBy(() -> Target.parse("/", "a=1&a=2")).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> Target.parse("/", "a=%")).isInstanceOf(Problem.class);
  }
}
