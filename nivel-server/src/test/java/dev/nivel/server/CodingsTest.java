package dev.nivel.server;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class CodingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"deflate", "gzip, deflate, br", "gzip;q=1.0,\tDeflate ; q=0.001", "*",
      "*;q=0.5", "gzip;q=0, *", "deflate;q=0.5, *;q=0", "identity;q=0.5, deflate;q=0.5",
      "identity;q=0, deflate;q=0.1", "deflate;Q=1.000", "identity;q=0, *"})
  void takesDeflate(String acceptEncoding) {
    assertThat(Codings.isDeflateTaken(acceptEncoding)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "gzip", "identity", "deflate;q=0", "deflate;q=0.000",
      "deflate;q=0, *", "*;q=0", "identity, deflate;q=0.9", "identity;q=0.5, *;q=0.4",
      "x-deflate", "deflated", "deflate;q=2", "deflate;q=-1", "deflate;q=1e3", "deflate;level=9",
      "deflate;q", "deflate;q=0.5;q=1", "gzip deflate", ";", ",,"})
  void doesNotTakeDeflate(String acceptEncoding) {
    assertThat(Codings.isDeflateTaken(acceptEncoding)).isFalse();
  }
}
