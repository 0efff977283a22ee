package dev.nivel.redis;

import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class BatchReplyTest {
  private static BatchReply parse(String text) {
    return BatchReply.parse(Script.SETTLE, RedisKeys.ascii(text), 2);
  }

  @Test
  void hasThePartsOfEachCall() {
    BatchReply reply = parse("2:2:OK0:3:2:OK3:1:23:e:x");
    assertThat(reply.of(0)).extracting(RedisKeys::text).containsExactly("OK", "");
    assertThat(reply.of(1)).extracting(RedisKeys::text).containsExactly("OK", "1:2", "e:x");
  }

  @Test
  void throwsTheErrorOfACallToWhomItBelongs() {
    BatchReply reply = parse("1:2:OK2:5:ERROR3:OOM");
    assertThat(reply.of(0)).hasSize(1);
    assertThatThrownBy(() -> reply.of(1)).isInstanceOf(RedisCommandExecutionException.class)
        .hasMessage("OOM");
  }

  /** The answer to something else may have come: then nobody knows what was done. */
  @ParameterizedTest
  @ValueSource(strings = {"", "OK", "1:2:OK", "1:2:OK1:2:OK1:2:OK", "1:2:OK1:3:OK", "1:2:OK1:2",
      "1:2:OK1:-1:", "1:2:OK:2:OK", "1:2:OK99999999999:", "1:2:OK1:2:OK\n", "2:2:OK1:2:OK"})
  void anotherShapeIsNoAnswer(String text) {
    UnavailableException failure = catchThrowableOfType(UnavailableException.class,
        () -> parse(text));
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }
}
