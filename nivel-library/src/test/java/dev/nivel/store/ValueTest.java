package dev.nivel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ValueTest {
  private static final String TEXT = "\"" + "hola ".repeat(500) + "\"";

  private static byte[] deflate(byte... dictionary) {
    Deflater deflater = new Deflater();
    try {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      deflater.setInput(TEXT.getBytes(StandardCharsets.UTF_8));
      deflater.finish();
      byte[] buffer = new byte[TEXT.length()];
      return Arrays.copyOf(buffer, deflater.deflate(buffer));
    } finally {
      deflater.end();
    }
  }

  @Test
  void isTheSameWhetherItHoldsItsBytesDeflatedOrNot() {
    Value value = Value.json(TEXT);
    assertThat(value.deflated()).isEmpty();
    assertThat(value.heldBytes()).isEqualTo(value.length());
    byte[] zlib = deflate();
    value.holdDeflated(zlib);
    assertThat(value.deflated()).containsSame(zlib);
    assertThat(value.heldBytes()).isEqualTo(value.length() + zlib.length);
    assertThat(value).isEqualTo(Value.json(TEXT)).hasSameHashCodeAs(Value.json(TEXT));
  }

  @Test
  void keepsTheFirstDeflatedForm() {
    Value value = Value.json(TEXT);
    byte[] first = deflate();
    value.holdDeflated(first);
    value.holdDeflated(deflate());
    assertThat(value.deflated()).containsSame(first);
  }

  /** Nobody but Nivel has the dictionary. */
  @Test
  void neverHoldsWhatNeedsADictionary() {
    Value value = Value.json(TEXT);
    value.holdDeflated(deflate("hola".getBytes(StandardCharsets.UTF_8)));
    assertThat(value.deflated()).isEmpty();
  }

  @Test
  void aPlainOneHoldsNoDeflatedFormNowOrLater() {
    Value value = Value.json(TEXT);
    value.holdDeflated(deflate());
    Value plain = value.plain();
    assertThat(plain).isEqualTo(value);
    assertThat(plain.deflated()).isEmpty();
    plain.holdDeflated(deflate());
    assertThat(plain.deflated()).isEmpty();
    assertThat(plain.heldBytes()).isEqualTo(value.length());
  }
}
