package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
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
  void refusesWhatIsNoUrlWithoutShowingThePassword() {
    for (String url : new String[]{"localhost:6379", "http://x", "redis://",
        "redis://a:s3cret@h:no",
        "redis-sentinel://a:s3cret@h", "redis://a:s3cret@h:1,h:2", "redis://a:s3cret%zz@h"}) {
      assertThatThrownBy(() -> RedisFixture.settings(url)).as(url)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("REDIS_URL")
          .hasMessageNotContaining("s3cret");
    }
  }
}
