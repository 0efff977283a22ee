package dev.nivel.redis;

import dev.nivel.store.CorruptException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedisKeysTest {
  private final Map<String, String> byKey = new HashMap<>();

  @Property
  void encodingCanBeUndone(@ForAll @StringLength(max = 80) String id) {
    String valid = RedisKeys.text(RedisKeys.utf8(id)); // without lone surrogates
    String encoded = RedisKeys.encode(valid);
    assertThat(RedisKeys.decode(encoded)).isEqualTo(valid);
    assertThat(encoded).matches("[A-Za-z0-9_.:@%-]*");
    assertThat(byKey.merge(encoded, valid, (a, b) -> a)).isEqualTo(valid);
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
    assertThatThrownBy(() -> RedisKeys.decode("abc%2")).isInstanceOf(CorruptException.class);
  }
}
