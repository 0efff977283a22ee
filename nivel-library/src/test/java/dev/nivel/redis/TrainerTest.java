package dev.nivel.redis;

import dev.nivel.store.Dictionary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TrainerTest {
  private static final String SECRET = "abracadabra by the old mill";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String train(List<List<byte[]>> conversations, int bytesMax) {
    return new String(Trainer.train(conversations, bytesMax), StandardCharsets.UTF_8);
  }

  /** Calls of which so many have a secret, each several times. */
  private static List<List<byte[]>> withSecret(int count) {
    List<List<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<byte[]> turns = new ArrayList<>(Turns.calls(1, i).get(0));
      for (int k = 0; i < count && k < 20; k++) {
        turns.add(bytes("{\"role\": \"user\", \"text\": \"my card is " + SECRET + " thanks\"}"));
      }
      calls.add(turns);
    }
    return calls;
  }

  /** I12: what a dictionary holds says nothing about a conversation. */
  @Test
  void leavesOutWhatFewConversationsHaveHoweverOftenTheyHaveIt() {
    String content = train(withSecret(Trainer.SHARED_BY_MIN - 1), Dictionary.BYTES_MAX);
    assertThat(content).contains("\", \"annotations\": [{\"name\": \"order_item_id");
    for (int i = 0; i + 8 <= SECRET.length(); i++) {
      assertThat(content).doesNotContain(SECRET.substring(i, i + 8));
    }
    assertThat(train(withSecret(Trainer.SHARED_BY_MIN), Dictionary.BYTES_MAX)).contains(SECRET);
  }

  /** However many have them. */
  @Test
  void leavesOutWhatLooksLikeANumberOrAnAddressOfSomebody() {
    List<List<byte[]>> calls = IntStream.range(0, 60)
        .mapToObj(i -> List.of(
            bytes("{\"text\": \"my card is 4929 1180 7351 6602, write to ann@example.com\"}")))
        .toList();
    assertThat(train(calls, Dictionary.BYTES_MAX)).contains("my card is")
        .doesNotContain("4929 118")
        .doesNotContain("7351 660")
        .doesNotContain("@");
  }

  /** Of 400 conversations 20. */
  @Test
  void leavesOutWhatFewerThanATwentiethHave() {
    List<List<byte[]>> calls = IntStream.range(0, 400)
        .mapToObj(i -> List.of(bytes(i < 19 ? "nineteen of them say so"
            : i < 40 ? "some twenty of them do" : "all of the others say that")))
        .toList();
    assertThat(train(calls, Dictionary.BYTES_MAX)).contains("all of the others say that")
        .contains("some twenty of them do")
        .doesNotContain("nineteen");
  }

  @Test
  void hasNothingToOfferIfConversationsShareNothing() {
    List<List<byte[]>> calls = IntStream.range(0, 50)
        .mapToObj(i -> List.of(bytes(Long.toHexString(0x9e3779b97f4a7c15L * (i + 1))), bytes("")))
        .toList();
    assertThat(Trainer.train(calls, 1_000)).isEmpty();
    assertThat(Trainer.train(List.of(), 1_000)).isEmpty();
  }

  @Test
  void keepsToItsBound() {
    List<List<byte[]>> calls = Turns.calls(60, 1);
    for (int bytesMax : new int[]{1, 7, 100, 513, 2_000}) {
      assertThat(Trainer.train(calls, bytesMax)).hasSizeBetween(1, bytesMax);
    }
  }

  /** Where DEFLATE refers to it with the fewest bits. */
  @Test
  void putsTheBestLast() {
    byte[] ofAll = noise(1, 512);
    byte[] ofSome = noise(2, 512);
    List<List<byte[]>> calls = IntStream.range(0, 40)
        .mapToObj(i -> i % 4 == 0 ? List.of(ofSome, ofAll, ofSome) : List.of(ofAll))
        .toList();
    byte[] content = Trainer.train(calls, 1_024);
    assertThat(Arrays.copyOfRange(content, 512, 1_024)).isEqualTo(ofAll);
    assertThat(Arrays.copyOf(content, 512)).isEqualTo(ofSome);
  }

  private static byte[] noise(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] |= Byte.MIN_VALUE; // neither digits nor @
    }
    return bytes;
  }

  /** Repetition within a segment stays: a match may be long. */
  @Test
  void takesASegmentOnceOnly() {
    byte[] all = noise(1, 512);
    List<List<byte[]>> calls = IntStream.range(0, 40).mapToObj(i -> List.of(all)).toList();
    assertThat(Trainer.train(calls, Dictionary.BYTES_MAX)).hasSizeLessThan(2 * 512);
  }
}
