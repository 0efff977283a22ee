package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedisKeysTest {
  /**
   * Ids of characters of all kinds, among them those that mean something to Redis or to encodings.
   */
  private static String randomId(Random random) {
    String special = "{}%/:*?[]\\ \"'+ñ€😀%41";
    StringBuilder id = new StringBuilder();
    for (int i = random.nextInt(40); i >= 0; i--) {
      id.appendCodePoint(random.nextBoolean() ? special.codePointAt(random.nextInt(14))
          : 0x20 + random.nextInt(0x2000));
    }
    return id.toString();
  }

  @Test
  void encodingCanBeUndoneAndTellsAllIdsApart() {
    Random random = new Random(1);
    Map<String, String> byEncoded = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      String id = randomId(random);
      String encoded = RedisKeys.encode(id);
      assertThat(RedisKeys.decode(encoded)).isEqualTo(id);
      assertThat(encoded).matches("[A-Za-z0-9_.:@%-]*");
      assertThat(byEncoded.merge(encoded, id, (a, b) -> a)).isEqualTo(id);
    }
  }

  @Test
  void keysOfAConversationShareTheHashTagOfTheirBucket() {
    String key = RedisKeys.text(RedisKeys.hash(17, RedisKeys.encode("a{b}/c")));
    assertThat(key).isEqualTo("nivel:{17}:c:a%7Bb%7D%2Fc");
    assertThat(RedisKeys.text(RedisKeys.unsynced(17))).isEqualTo("nivel:{17}:dirty");
    assertThat(RedisKeys.text(RedisKeys.generation(17))).isEqualTo("nivel:{17}:gen");
    assertThat(RedisKeys.text(RedisKeys.fillToken(17, "x"))).isEqualTo("nivel:{17}:t:x");
  }

  @Test
  void conversationsAreSpreadOverAllBucketsAndNeverMove() {
    Set<Integer> buckets = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      buckets.add(RedisKeys.bucket("call-" + i));
    }
    assertThat(buckets).hasSize(RedisKeys.BUCKETS);
    assertThat(RedisKeys.bucket("call-1")).isEqualTo(171);
  }

  @Test
  void whatNobodyEncodedIsCorrupt() {
    for (String broken : new String[]{"abc%2", "%", "%zz", "%%41"}) {
      assertThatThrownBy(() -> RedisKeys.decode(broken)).isInstanceOf(CorruptException.class);
    }
  }
}
