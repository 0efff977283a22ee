package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.NivelException;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor finds at real Redis servers. */
class RedisExaminationIT {
  private static final List<String> CHECKS = List.of("reachable", "topology", "version",
      "eviction policy", "persistence", "writes", "rights", "latency", "clock");
  private static final String PASSWORD = "s3cret-of-the-server";

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
    return examine(RedisFixture.settings(url));
  }

  private static Map<String, List<Judgement>> examine(dev.nivel.redis.RedisSettings settings) {
    Map<String, List<Judgement>> found = new LinkedHashMap<>();
    try (RedisExamination examination = RedisExamination.of(settings, Time.SYSTEM)) {
      for (Check check : examination.checks()) {
        found.put(check.name(), judge(examination, check));
      }
    }
    assertThat(found.values().stream().flatMap(List::stream))
        .allSatisfy(judgement -> assertThat(judgement.advice().isEmpty()).isEqualTo(
            judgement.verdict() == Verdict.OK || judgement.verdict() == Verdict.SKIPPED));
    assertThat(found.toString()).doesNotContain(PASSWORD);
    return found;
  }

  private static List<Judgement> judge(RedisExamination examination, Check check) {
    try {
      return check.judging().get();
    } catch (NivelException e) {
      return List.of(Judgement.mend(e.getMessage(), examination.advice(e)));
    }
  }

  private static List<Judgement> judge(RedisExamination examination, String name) {
    return judge(examination, examination.checks()
        .stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow());
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
        .isNotEmpty()
        .allSatisfy(judgement -> assertThat(judgement.verdict())
            .isIn(Verdict.OK, check.equals("latency") ? Verdict.WARNING : Verdict.OK)));
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
    assertThat(only(found, "writes").advice()).contains("min-replicas-to-write");
    assertThat(only(found, "rights").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void ofOneWhoseMemoryIsFullThatIsNamed() {
    EmbeddedRedis redis = redis("full");
    redis.ask("CONFIG", "SET", "maxmemory", "1");
    Map<String, List<Judgement>> found = examine(redis.url());
    assertThat(only(found, "eviction policy").verdict()).isEqualTo(Verdict.WARNING);
    assertThat(only(found, "writes").seen()).contains("OOM");
    assertThat(only(found, "writes").advice()).contains("raise maxmemory");
  }

  @Test
  void ofAReplicaTheMasterIsToBeNamed() {
    EmbeddedRedis replica = redis("replica", "replicaof 127.0.0.1 " + redis("master").port());
    Map<String, List<Judgement>> found = examine(replica.url());
    assertThat(only(found, "topology").advice()).contains("set REDIS_URL to the master");
    assertThat(only(found, "writes").advice()).contains("set REDIS_URL to the master");
  }

  @Test
  void ofOneThatWantsAnotherPasswordNothingIsKnown() {
    EmbeddedRedis redis = servers.redis(RedisSettings.defaults()
        .withName("locked")
        .withPassword(PASSWORD));
    Map<String, List<Judgement>> found = examine("redis://:wr0ng@127.0.0.1:" + redis.port());
    assertThat(only(found, "reachable").seen()).contains("REDIS_PASSWORD");
    assertThat(only(found, "reachable").advice()).contains("correct REDIS_USERNAME");
    assertThat(found.toString()).doesNotContain("wr0ng");
    assertThat(found.get("topology")).isEmpty();
  }

  @Nested
  class OfAnAclUser {
    private static EmbeddedRedis redis;

    @BeforeAll
    static void start() {
      redis = redis("acl",
          "user default off",
          "user own-keys on >" + PASSWORD
              + " ~nivel:* resetchannels &nivel:* +@all -@dangerous +info",
          "user no-info on >" + PASSWORD + " ~* &* +@all -info",
          "user no-scripts on >" + PASSWORD + " ~* &* +@all -@scripting",
          "user no-channel on >" + PASSWORD + " ~* resetchannels +@all",
          "user no-publishing on >" + PASSWORD + " ~* &* +@all -publish",
          "user other-keys on >" + PASSWORD + " ~other:* &* +@all");
    }

    private static Map<String, List<Judgement>> examineAs(String user) {
      return examine(RedisFixture.settings(redis.url(), user, PASSWORD));
    }

    @ParameterizedTest
    @CsvSource({
        "no-info, reachable",
        "no-scripts, rights",
        "no-channel, rights",
        "no-publishing, rights",
        "other-keys, writes"})
    void whoLacksARightGetsTheRuleThatGivesIt(String user, String check) {
      Judgement judgement = only(examineAs(user), check);
      assertThat(judgement.verdict()).isEqualTo(Verdict.MEND);
      assertThat(judgement.seen()).contains("lacks a right");
      assertThat(judgement.advice()).contains("~nivel:* &nivel:* +@all -@dangerous +info");
    }

    @Test
    void withTheRightsThatAreNeededAllIsWell() {
      Map<String, List<Judgement>> found = examineAs("own-keys");
      assertThat(only(found, "writes").verdict()).isEqualTo(Verdict.OK);
      assertThat(only(found, "rights").verdict()).isEqualTo(Verdict.OK);
      assertThat(only(found, "persistence").seen()).isEqualTo("append-only file");
    }
  }

  /** To be silent is another thing than to hide something. */
  @Test
  void ofOneThatFreezesMeanwhileItIsNamedThatItDoesNotAnswer() {
    EmbeddedRedis redis = redis("freezing", "appendonly no");
    try (RedisExamination examination = RedisExamination.of(RedisFixture.settings(redis.url(),
        null, null, Duration.ofSeconds(2)), Time.SYSTEM)) {
      assertThat(judge(examination, "reachable").get(0).verdict()).isEqualTo(Verdict.OK);
      redis.freeze();
      try {
        assertThat(List.of("persistence", "writes", "rights", "clock"))
            .allSatisfy(check -> assertSilent(judge(examination, check)));
      } finally {
        redis.thaw();
      }
    }
  }

  private static void assertSilent(List<Judgement> judgements) {
    assertThat(judgements).singleElement().satisfies(judgement -> {
      assertThat(judgement.verdict()).isEqualTo(Verdict.MEND);
      assertThat(judgement.seen()).contains("took over 2000 ms");
      assertThat(judgement.advice()).contains("see that Redis runs there");
    });
  }

  /** What the doctor tells the nodes of his change must not make them forget what they know. */
  @Test
  void nodesThatListenLearnNothing() {
    EmbeddedRedis redis = redis("listened");
    RecordingListener listener = new RecordingListener();
    try (RedisL2 l2 = RedisFixture.connect(redis.url(), RedisFixture.NODE, listener)) {
      int missed = listener.missed();
      examine(redis.url());
      l2.probe(false); // asks on the change channel, behind the doctor's message
      assertThat(listener.missed()).isEqualTo(missed);
      assertThat(listener.changes()).containsExactly(
          new RecordingListener.Change(-1, "nivel-doctor", "k:doctor", Stamp.NONE));
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
  void ofAClusterWhoseSlotsMoveOnlyWhatStaysIsWrittenTo() {
    RedisCluster cluster = servers.redisCluster(RedisSettings.defaults().withName("moving"));
    List<EmbeddedRedis> masters = IntStream.range(0, RedisKeys.BUCKETS)
        .mapToObj(bucket -> cluster.ownerOf(slot(bucket)))
        .distinct()
        .toList();
    for (int i = 0; i < masters.size(); i++) {
      EmbeddedRedis giver = masters.get(i);
      EmbeddedRedis receiver = masters.get((i + 1) % masters.size());
      int slot = IntStream.range(0, RedisKeys.BUCKETS)
          .map(RedisExaminationIT::slot)
          .filter(each -> cluster.ownerOf(each).equals(giver))
          .findFirst()
          .orElseThrow();
      receiver.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", cluster.id(giver));
      giver.ask("CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", cluster.id(receiver));
    }
    Map<String, List<Judgement>> found = examine(cluster.url());
    assertThat(only(found, "writes").verdict()).isEqualTo(Verdict.OK);
    assertThat(only(found, "rights").verdict()).isEqualTo(Verdict.OK);
  }

  private static int slot(int bucket) {
    return SlotHash.getSlot(RedisKeys.generation(bucket));
  }

  @Test
  void ofAMasterThatGivesEverythingAwayNoBucketIsWrittenTo() {
    Address address = new Address("a", 1);
    Topology.Layout layout = Topology.Layout.of(address);
    assertThat(RedisExamination.settledBucket(layout, address)).hasValue(0);
    layout.unsettled().set(0, 5);
    assertThat(RedisExamination.settledBucket(layout, address)).hasValue(5);
    layout.unsettled().set(0, RedisKeys.BUCKETS);
    assertThat(RedisExamination.settledBucket(layout, address)).isEmpty();
  }

  @Test
  void ofSentinelsThatAreNotThereThatIsTheFinding() {
    Map<String, List<Judgement>> found = examine(
        "redis-sentinel://127.0.0.1:1,127.0.0.1:2?sentinelMasterId=main");
    assertThat(only(found, "reachable").seen()).contains("0 of 2 Sentinels answer");
    assertThat(only(found, "reachable").advice()).contains("REDIS_URL");
  }
}
