package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the doctor finds at real Redis servers. */
class RedisExaminationIT {
  private static final List<String> CHECKS = List.of("reachable", "topology", "version",
      "eviction policy", "persistence", "writes", "latency", "clock");

  private static Servers servers;

  @BeforeAll
  static void start(@TempDir Path directory) {
    servers = Servers.in(directory);
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  private static EmbeddedRedis redis(String name, String... lines) {
    return servers.redis(RedisSettings.defaults().withName(name).withLines(lines));
  }

  private static Map<String, List<Judgement>> examine(String url) {
    Map<String, List<Judgement>> found = new LinkedHashMap<>();
    try (RedisExamination examination = RedisExamination.of(RedisFixture.settings(url),
        Time.SYSTEM)) {
      for (Check check : examination.checks()) {
        found.put(check.name(), check.judging().get());
      }
    }
    return found;
  }

  private static Judgement only(Map<String, List<Judgement>> found, String check) {
    List<Judgement> judgements = found.getOrDefault(check, List.of());
    assertThat(judgements).as(check).hasSize(1);
    return judgements.get(0);
  }

  @Test
  void ofAGoodOneEverythingIsWell() {
    EmbeddedRedis redis = redis("good");
    Map<String, List<Judgement>> found = examine(redis.url());
    assertThat(found.keySet()).containsExactlyElementsOf(CHECKS);
    found.forEach((check, judgements) -> assertThat(judgements).as(check)
        .allSatisfy(judgement -> assertThat(judgement.verdict()).isEqualTo(Verdict.OK)));
    assertThat(only(found, "persistence").seen()).isEqualTo("append-only file");
    assertThat(only(found, "topology").seen()).isEqualTo("one server");
    assertThat(redis.ask("DBSIZE")).isEqualTo(":1");
    assertThat(redis.ask("RANDOMKEY")).contains(":canary:doctor-");
  }

  @Test
  void ofOneThatEvictsAndKeepsNothingBothAreNamed() {
    Map<String, List<Judgement>> found = examine(redis("careless", "appendonly no",
        "maxmemory-policy allkeys-lru", "maxmemory 100mb").url());
    assertThat(only(found, "eviction policy").verdict()).isEqualTo(Verdict.MEND);
    assertThat(only(found, "eviction policy").seen()).contains("allkeys-lru", "of 100 MiB");
    assertThat(only(found, "persistence").verdict()).isEqualTo(Verdict.WARNING);
  }

  @Test
  void ofOneThatRefusesWritesTheReasonIsNamed() {
    Map<String, List<Judgement>> found = examine(redis("lonely", "min-replicas-to-write 3").url());
    assertThat(only(found, "writes").verdict()).isEqualTo(Verdict.MEND);
    assertThat(only(found, "writes").seen()).contains("too few replicas");
    assertThat(only(found, "latency").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void ofOneThatWantsAnotherPasswordNothingIsKnown() {
    EmbeddedRedis redis = servers.redis(RedisSettings.defaults()
        .withName("locked")
        .withPassword("s3cret"));
    try (RedisExamination examination = RedisExamination.of(RedisFixture.settings(
        "redis://:wr0ng@127.0.0.1:" + redis.port()), Time.SYSTEM)) {
      assertThat(examination.checks().get(0).judging().get()).singleElement()
          .satisfies(judgement -> assertThat(judgement.seen()).contains("REDIS_PASSWORD")
              .doesNotContain("wr0ng", "s3cret"));
      assertThat(examination.checks().get(1).judging().get()).isEmpty();
    }
  }

  @Test
  void ofOneThatIsNotThereTheReasonIsNamed() {
    EmbeddedRedis redis = redis("gone");
    redis.close();
    Map<String, List<Judgement>> found = examine(redis.url());
    assertThat(only(found, "reachable").verdict()).isEqualTo(Verdict.MEND);
    assertThat(only(found, "reachable").seen()).contains("127.0.0.1:" + redis.port(),
        "Connection refused");
    assertThat(only(found, "reachable").advice()).contains("REDIS_URL");
    CHECKS.stream().skip(1).forEach(check -> assertThat(found.get(check)).isEmpty());
  }

  @Test
  void ofAClusterEachMasterIsExaminedAndWhatIsTheSameIsSaidOnce() {
    RedisCluster cluster = servers.redisCluster(RedisSettings.defaults().withName("cluster"));
    Map<String, List<Judgement>> found = examine(cluster.url());
    assertThat(found.get("reachable")).hasSize(3);
    assertThat(only(found, "topology").seen()).isEqualTo("a cluster of 3 masters that answer");
    assertThat(only(found, "eviction policy").verdict()).isEqualTo(Verdict.OK);
    assertThat(only(found, "writes").verdict()).isEqualTo(Verdict.OK);
    Map<String, List<Judgement>> alone = examine(cluster.url().split(",", 2)[0]);
    assertThat(only(alone, "topology").advice()).contains("several nodes of the cluster");
  }

  @Test
  void ofSentinelsThatAreNotThereThatIsTheFinding() {
    String url = "redis-sentinel://127.0.0.1:1,127.0.0.1:2?sentinelMasterId=main";
    assertThatThrownBy(() -> examine(url)).isInstanceOf(NivelException.class)
        .hasMessageContaining("0 of 2 Sentinels answer");
  }
}
