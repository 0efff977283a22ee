package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.store.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ServerConfigTest {
  private static ServerConfig config(String... variables) {
    Settings settings = Settings.of(Map.of());
    for (int i = 0; i < variables.length; i += 2) {
      settings = settings.with(variables[i], variables[i + 1]);
    }
    return ServerConfig.of(settings);
  }

  private static void assertRefused(String part, String... variables) {
    assertThatThrownBy(() -> config(variables)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(part);
  }

  @Test
  void listensOnLoopbackByDefault() {
    assertThat(config().host()).isEqualTo("127.0.0.1");
    assertThat(config().port()).isEqualTo(8080);
    assertThat(config().token()).isEmpty();
    assertThat(config("NIVEL_HOST", "::1").url(80)).isEqualTo("http://[::1]:80");
  }

  @Test
  void refusesAnotherAddressWithoutAToken() {
    assertRefused("NIVEL_HOST is \"0.0.0.0\"", "NIVEL_HOST", "0.0.0.0");
    assertThat(config("NIVEL_HOST", "0.0.0.0", "NIVEL_API_TOKEN", "t").host())
        .isEqualTo("0.0.0.0");
  }

  @Test
  void refusesWhatIsNotAllowedOrNotThereYet() {
    assertRefused("NIVEL_PORT is \"70000\"", "NIVEL_PORT", "70000");
    assertRefused("NIVEL_PORT is \"http\"", "NIVEL_PORT", "http");
    assertRefused("NIVEL_API_TOKEN is \"***\"", "NIVEL_API_TOKEN", "a b");
    assertRefused("NIVEL_JWT_SECRET", "NIVEL_JWT_SECRET", "x");
    assertRefused("NIVEL_JWKS_URL", "NIVEL_JWKS_URL", "https://x");
  }
}
