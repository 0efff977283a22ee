package dev.nivel.embedded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PlatformTest {
  @Test
  void acceptsLinuxOnX86() {
    assertThatCode(() -> Platform.requireSupported("Linux", "amd64")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X,aarch64", "Linux,aarch64", "Windows 11,amd64"})
  void saysWhatIsSupportedInstead(String operatingSystem, String processor) {
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> Platform.requireSupported(operatingSystem, processor))
        .withMessageContaining(operatingSystem)
        .withMessageContaining(processor)
        .withMessageContaining("only for Linux on x86_64");
  }
}
