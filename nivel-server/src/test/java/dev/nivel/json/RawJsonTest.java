package dev.nivel.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RawJsonTest {
  private static final List<String> ODD_VALUES = List.of("1", "-0.0", "1.00", "1e400",
      "123456789012345678901234567890",
      "\"\"", "\"a,]}\\\"\"", "\"\\u00e9 \\ud83d\\ude00 é 😀\"", "true", "null", "[]", "{}",
      "[ 1 , [2] ]", "{ \"a\" : { \"b\" : [ 1, \"]\" ] } , \"a\" : 2 }", "\"\\u0000\"");

  @Test
  void cutsAnArrayIntoItsElementsAsTheyAreWritten() {
    assertThat(RawJson.elements("[" + String.join(",", ODD_VALUES) + "]")).isEqualTo(ODD_VALUES);
    assertThat(RawJson.elements(" [ " + String.join("\n , ", ODD_VALUES) + " ]\n"))
        .isEqualTo(ODD_VALUES);
    assertThat(RawJson.elements("[]")).isEmpty();
  }

  @Test
  void cutsAnObjectIntoItsMembersAsTheyAreWritten() {
    for (String value : ODD_VALUES) {
      assertThat(RawJson.members("{ \"x\\u0079\" : " + value + " , \"b\":" + value + "}"))
          .containsEntry("xy", value)
          .containsEntry("b", value)
          .hasSize(2);
    }
  }

  @Test
  void readsAString() {
    assertThat(RawJson.string("\"a\\n\\u00e9😀\"")).isEqualTo("a\né😀");
    assertThatThrownBy(() -> RawJson.string("1")).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesWhatIsNotOneValueAndSaysWhere() {
    for (String broken : List.of("", " ", "{", "[1", "[1,]", "{\"a\"}", "{a:1}", "'a'", "1 2",
        "{}{}", "nul", "\"a", "\"\u0001\"", "[1]]", "01", "+1", "NaN", "// c\n1")) {
      assertThatThrownBy(() -> RawJson.check(broken)).as(broken)
          .isInstanceOf(MalformedJsonException.class);
      assertThat(RawJson.isValid(broken)).as(broken).isFalse();
    }
    assertThatThrownBy(() -> RawJson.check("{\n  \"a\": oops}"))
        .hasMessageContaining("line 2, column");
  }

  @Test
  void refusesBrokenUtf8() {
    for (byte[] broken : new byte[][]{{(byte) 0xff}, {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {'"', (byte) 0xc3, '"'}}) {
      assertThatThrownBy(() -> RawJson.text(broken)).isInstanceOf(MalformedJsonException.class);
      assertThat(RawJson.validText(broken)).isEmpty();
    }
    assertThat(RawJson.text("ñ€😀".getBytes(StandardCharsets.UTF_8))).isEqualTo("ñ€😀");
  }

  @Test
  void refusesNestingWithoutEnd() {
    assertThatThrownBy(() -> RawJson.check("[".repeat(100_000)))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void tellsAnObjectFromOtherJson() {
    RawJson.checkObject(" {\"a\": [1]}\n");
    for (String other : List.of("[{}]", "\"{\"", "1", "null", "{", "{} {}", "{\"a\":}", "")) {
      assertThatThrownBy(() -> RawJson.checkObject(other)).as(other)
          .isInstanceOf(MalformedJsonException.class);
    }
  }
}
