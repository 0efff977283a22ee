package dev.nivel.server;

import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AccessTest {
  private final Access withToken = new Access(Optional.of("s3cret"));
  private final Access withoutToken = new Access(Optional.empty());

  private static void assertRefused(Access access, int status, String authorization, String host) {
    assertThatThrownBy(() -> access.check(
        Optional.of(authorization).filter(text -> !text.isEmpty()), () -> Optional.of(host)))
        .isInstanceOf(Problem.class)
        .hasMessageNotContaining("s3cret")
        .extracting(problem -> ((Problem) problem).status())
        .isEqualTo(status);
  }

  @Test
  void isGivenToWhoeverPresentsTheToken() {
    assertThatCode(() -> withToken.check(Optional.of("Bearer s3cret"),
        () -> Optional.of("x.example")))
        .doesNotThrowAnyException();
    assertThatCode(() -> withToken.check(Optional.of("bearer  s3cret "), Optional::empty))
        .doesNotThrowAnyException();
    for (String wrong : new String[]{"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cretx",
        "s3cret", "Basic s3cret"}) {
      assertRefused(withToken, 401, wrong, "localhost");
    }
  }

  @Test
  void isGivenToThisMachineAloneWithoutAToken() {
    for (String host : new String[]{"localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080",
        "LOCALHOST"}) {
      assertThatCode(() -> withoutToken.check(Optional.empty(), () -> Optional.of(host)))
          .as(host)
          .doesNotThrowAnyException();
    }
    for (String host : new String[]{"evil.example", "localhost.evil.example:8080", "",
        "10.0.0.1"}) {
      assertRefused(withoutToken, 421, "", host);
    }
  }
}
