package dev.nivel.faults.proxy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RespReplyTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"+OK\r\n", ":12\r\n", "-ERR no\r\n", "$-1\r\n", "$3\r\na\r\n\r\n",
      "$0\r\n\r\n", "*0\r\n", "*-1\r\n", "_\r\n", "*2\r\n:1\r\n$1\r\na\r\n",
      "%1\r\n+a\r\n*1\r\n:1\r\n", ">3\r\n+message\r\n$1\r\nc\r\n$1\r\nm\r\n"})
  void findsTheEndOfEveryKindOfReply(String reply) {
    byte[] twice = bytes(reply + reply);
    assertThat(RespReply.end(twice, 0, twice.length)).isEqualTo(reply.length());
    assertThat(RespReply.end(twice, reply.length(), twice.length)).isEqualTo(twice.length);
    for (int length = 1; length < reply.length(); length++) {
      assertThat(RespReply.end(twice, 0, length)).isEqualTo(RespReply.INCOMPLETE);
    }
  }

  @Test
  void knowsRepliesThatHoldValues() {
    String value = "$150\r\n" + "v".repeat(150) + "\r\n";
    assertThat(RespReply.longestValue(bytes("*2\r\n$1\r\nh\r\n" + value))).isEqualTo(17);
    assertThat(RespReply.longestValue(bytes("*2\r\n$-1\r\n:5\r\n"))).isEqualTo(-1);
    assertThat(RespReply.longestValue(bytes(value))).isEqualTo(-1);
    assertThat(RespReply.longestValue(bytes(">1\r\n" + value))).isEqualTo(-1);
  }
}
