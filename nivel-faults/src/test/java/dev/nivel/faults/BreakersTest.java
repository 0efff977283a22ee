package dev.nivel.faults;

import dev.nivel.faults.Breakers.Breaker;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BreakersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode node(String json) {
    return JSON.readTree(json);
  }

  @Test
  void haveOpenedIfOneHas() {
    Breakers before = new Breakers(new Breaker(1, ""), new Breaker(2, ""));
    assertThat(new Breakers(new Breaker(1, "x"), new Breaker(2, "")).haveOpenedSince(before))
        .isFalse();
    assertThat(new Breakers(new Breaker(1, ""), new Breaker(3, "")).haveOpenedSince(before))
        .isTrue();
    assertThat(new Breakers(new Breaker(2, ""), new Breaker(2, "")).haveOpenedSince(before))
        .isTrue();
  }

  @Test
  void sayWhy() {
    assertThat(Breaker.of(node("{\"opened\":3,\"reason\":\"timed out\"}")))
        .isEqualTo(new Breaker(3, "timed out"));
    assertThat(Breaker.of(node("{\"opened\":0,\"reason\":null}"))).isEqualTo(new Breaker(0, ""));
  }

  @Test
  void areNotClosedBecauseAServerDoesNotTell() {
    assertThatIllegalStateException().isThrownBy(() -> Breaker.of(node("{}")));
    assertThatIllegalStateException().isThrownBy(() -> Breaker.of(JSON.missingNode()));
  }
}
