package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.ItemBounds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedisSettingsTest {
  @Test
  void showsNeitherUserNorPassword() {
    assertThat(RedisFixture.settings("redis://alice:s3cret@cache.example:7000/2"))
        .hasToString("cache.example:7000");
  }

  @Test
  void readsTheFormOfOneServer() {
    RedisUrl url = RedisUrl.parse("rediss://alice:p%40ss+%3A@cache.example:7000/2");
    assertThat(url).isEqualTo(new RedisUrl(RedisUrl.Kind.ONE, true, "alice", "p@ss+:",
        List.of(new Address("cache.example", 7_000)), 2, ""));
    assertThat(RedisUrl.parse("redis://secret@[::1]")).isEqualTo(new RedisUrl(RedisUrl.Kind.ONE,
        false, null, "secret", List.of(new Address("::1", 6_379)), 0, ""));
  }

  @Test
  void readsTheFormOfACluster() {
    assertThat(RedisUrl.parse("redis://:pw@a:1,b,c:3")).isEqualTo(new RedisUrl(
        RedisUrl.Kind.CLUSTER, false, null, "pw",
        List.of(new Address("a", 1), new Address("b", 6_379), new Address("c", 3)), 0, ""));
  }

  @Test
  void readsBothFormsOfSentinel() {
    RedisUrl expected = new RedisUrl(RedisUrl.Kind.SENTINEL, false, "u", "p",
        List.of(new Address("a", 26_379), new Address("b", 2)), 3, "main");
    assertThat(RedisUrl.parse("redis-sentinel://u:p@a,b:2/3?sentinelMasterId=main"))
        .isEqualTo(expected);
    assertThat(RedisUrl.parse("redis-sentinel://u:p@a,b:2/3#main")).isEqualTo(expected);
    assertThat(expected).hasToString("a:26379,b:2 (main)");
  }

  @Test
  void refusesACertificateFileThatIsNotThere() {
    RedisSettings.Login login = new RedisSettings.Login(null, null, Path.of("/none.pem"));
    assertThatThrownBy(() -> new RedisSettings("rediss://h", login, RedisFixture.TIMEOUT,
        RedisFixture.TTL, RedisFixture.COMPRESSING, 1 << 20, ItemBounds.DEFAULT))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("REDIS_CA_FILE is \"/none.pem\"");
  }

  @Test
  void refusesWhatIsNoUrlWithoutShowingThePassword() {
    for (String url : new String[]{"localhost:6379", "http://x", "redis://",
        "redis://a:s3cret@h:no",
        "redis-sentinel://a:s3cret@h", "redis-sentinel://a:s3cret@h?x=m", "redis://a:s3cret%zz@h",
        "redis://a:s3cret@h:1,h:2/1", "redis://a:s3cret@h,:2", "redis://a:s3cret@h#m",
        "redis://a:s3cret/x@h", "redis://a:s3cret#x@h", "redis://a:b:s3cret,h",
        "redis://a:s3cret@h:0", "redis://a:s3cret@h/x"}) {
      assertThatThrownBy(() -> RedisFixture.settings(url)).as(url)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("REDIS_URL")
          .hasMessageNotContaining("s3cret");
    }
  }
}
