package dev.nivel.embedded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RedisSettingsTest {
  @Test
  void writesFurtherLinesAfterTheDefaultsAndBeforeWhatTheLauncherNeeds() {
    String file = RedisSettings.defaults().withLines("appendonly no").file("files", 7000);
    assertThat(file.lines()).containsSubsequence("appendonly yes", "appendonly no", "port 7000");
    assertThat(file.lines()).contains("bind 127.0.0.1", "dir files", "save \"\"",
        "appendfsync everysec", "maxmemory-policy noeviction");
  }

  @Test
  void writesAPasswordSoThatNoCharacterHasAMeaning() {
    String file = RedisSettings.defaults().withPassword("a \"\\\n").file("files", 7000);
    assertThat(file).endsWith("requirepass \"\\x61\\x20\\x22\\x5c\\x0a\"\n");
  }

  @Test
  void writesNoPasswordWhenThereIsNone() {
    assertThat(RedisSettings.defaults().file("files", 7000)).doesNotContain("requirepass");
  }

  @Test
  void keepsSecretsOutOfItsText() {
    RedisSettings settings = RedisSettings.defaults()
        .withPassword("hush")
        .withLines("user alice on >quiet ~* +@all");
    assertThat(settings.toString()).contains("redis").doesNotContain("hush", "quiet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../up", "a/b", "Redis", "postgres", "bin", "1st"})
  void refusesANameThatIsNoDirectoryOfItsOwn(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> RedisSettings.defaults().withName(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "hz 10\nport 1", "port 1", "BIND 0.0.0.0", " dir /tmp"})
  void refusesALineThatTheLauncherDependsOn(String line) {
    assertThatIllegalArgumentException().isThrownBy(() -> RedisSettings.defaults().withLines(line));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void refusesAPortThatDoesNotExist(int port) {
    assertThatIllegalArgumentException().isThrownBy(() -> RedisSettings.defaults().withPort(port))
        .withMessageContaining(Integer.toString(port));
  }

  @Test
  void refusesAnEmptyPassword() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisSettings.defaults().withPassword(""));
  }
}
