package dev.nivel.redis;

import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScriptReplyTest {
  private static ScriptReply reply(@Nullable Object... parts) {
    return new ScriptReply(Script.WRITE, Arrays.asList(parts));
  }

  private static byte[] bytes(String text) {
    return RedisKeys.ascii(text);
  }

  @Test
  void tellsItsParts() {
    ScriptReply reply = reply(bytes("REFUSED"), bytes("4096"));
    assertThat(reply.status()).isEqualTo("REFUSED");
    assertThat(reply.size()).isEqualTo(1);
    assertThat(reply.stamp(1)).isEqualTo(Stamp.parse("4096"));
  }

  static Stream<ThrowingCallable> ofAnotherShape() {
    return Stream.of(
        () -> reply().status(),
        () -> reply(7L).status(),
        () -> reply((Object) null).status(),
        () -> reply(List.of(bytes("OK"))).status(),
        () -> reply(bytes("REFUSED")).stamp(1),
        () -> reply(bytes("REFUSED"), bytes("a value")).stamp(1),
        () -> reply(bytes("REPEATED"), 1L).bytes(1),
        () -> ScriptReply.requireSize(2, List.of(bytes("OK")), "read"),
        () -> ScriptReply.requireSize(1, List.of(), "read"),
        () -> Master.millis(List.of(bytes("1"))),
        () -> Master.millis(List.of(bytes("OK"), bytes("1"))));
  }

  /** The answer to something else may have come: then nobody knows what was done. */
  @ParameterizedTest
  @MethodSource("ofAnotherShape")
  void anotherShapeIsNoAnswer(ThrowingCallable reading) {
    assertThatThrownBy(reading).isInstanceOf(UnavailableException.class);
  }

  @Test
  void whatWasDoneIsUnknown() {
    assertThatThrownBy(() -> reply(bytes("OK")).stamp(1))
        .isInstanceOfSatisfying(UnavailableException.class,
            e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
        .hasMessageContaining("WRITE");
  }
}
