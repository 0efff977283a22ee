package dev.nivel.embedded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PostgresSettingsTest {
  @Test
  void putsFurtherParametersAfterTheDefaultsAndBeforeWhatTheLauncherNeeds() {
    PostgresSettings settings = PostgresSettings.defaults().withParameter("max_connections", "7");
    assertThat(settings.arguments(7000)).containsSubsequence("max_connections=50",
        "max_connections=7", "listen_addresses=127.0.0.1", "port=7000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"port", "LISTEN_ADDRESSES", "log_destination", "", "a b", "a=b"})
  void refusesAParameterThatTheLauncherDependsOn(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.defaults().withParameter(name, "1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void refusesAPortThatDoesNotExist(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.defaults().withPort(port))
        .withMessageContaining(Integer.toString(port));
  }
}
