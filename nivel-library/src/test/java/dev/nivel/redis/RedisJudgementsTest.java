package dev.nivel.redis;

import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor thinks of what Redis says of itself; lines of INFO are separated by spaces. */
class RedisJudgementsTest {
  private static ServerFacts facts(@Nullable String info) {
    return new ServerFacts(info == null ? "" : info.replace(' ', '\n'));
  }

  private static void assertJudged(Judgement judgement, Verdict verdict, String words) {
    assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(verdict);
    assertThat(judgement.seen() + " -> " + judgement.advice()).contains(words);
    boolean hasAdvice = !judgement.advice().isEmpty();
    assertThat(hasAdvice).isEqualTo(verdict == Verdict.WARNING || verdict == Verdict.MEND);
  }

  @ParameterizedTest
  @CsvSource({
      "redis_version:6.2.7, OK, Redis 6.2.7",
      "redis_version:7.0.0, OK, Redis 7.0.0",
      "redis_version:10.1, OK, Redis 10.1",
      "redis_version:7.2.4 valkey_version:8.1.0, OK, Valkey 8.1.0",
      "redis_version:6.0.16, MEND, update it to Redis 6.2",
      "redis_version:5.0.14, MEND, Redis 5.0.14",
      "redis_version:unstable, WARNING, does not tell",
      ", WARNING, does not tell"})
  void ofItsVersion(@Nullable String info, Verdict verdict, String words) {
    assertJudged(RedisJudgements.version(facts(info)), verdict, words);
  }

  @ParameterizedTest
  @CsvSource({
      "maxmemory_policy:noeviction maxmemory:0, OK, noeviction; no maxmemory",
      "maxmemory_policy:volatile-lru maxmemory:2097152 used_memory:1048576, OK, 1 of 2 MiB",
      "maxmemory_policy:volatile-ttl, OK, volatile-ttl",
      "maxmemory_policy:noeviction maxmemory:1000 used_memory:900, OK, noeviction",
      "maxmemory_policy:noeviction maxmemory:1000 used_memory:901, WARNING, raise maxmemory",
      "maxmemory_policy:volatile-lru maxmemory:1000 used_memory:999, OK, volatile-lru",
      "maxmemory_policy:allkeys-lru maxmemory:0, MEND, set maxmemory-policy to volatile-lru",
      "maxmemory_policy:allkeys-lfu, MEND, may remove writes",
      "maxmemory_policy:allkeys-random, MEND, may remove writes",
      ", WARNING, does not tell"})
  void ofItsEvictionPolicy(@Nullable String info, Verdict verdict, String words) {
    assertJudged(RedisJudgements.evictionPolicy(facts(info)), verdict, words);
  }

  @ParameterizedTest
  @CsvSource(nullValues = "hidden", value = {
      "aof_enabled:1, '', OK, append-only file",
      "aof_enabled:1, hidden, OK, append-only file",
      "aof_enabled:0, 3600 1 300 100, OK, snapshots (save 3600 1 300 100)",
      "aof_enabled:0, '', WARNING, set appendonly to yes",
      "aof_enabled:0, hidden, WARNING, does not tell",
      "aof_enabled:1 aof_last_write_status:err, '', WARNING, aof_last_write_status",
      "aof_enabled:0 rdb_last_bgsave_status:err, 60 1, WARNING, disk is full",
      "aof_enabled:1 aof_last_write_status:ok rdb_last_bgsave_status:ok, '', OK, append-only"})
  void ofItsPersistence(String info, @Nullable String snapshots, Verdict verdict, String words) {
    assertJudged(RedisJudgements.persistence(facts(info), Optional.ofNullable(snapshots)), verdict,
        words);
  }

  @ParameterizedTest
  @CsvSource({
      "role:master, ONE, OK, one server",
      "role:master cluster_enabled:1, CLUSTER, OK, one server",
      "role:master cluster_enabled:1, ONE, MEND, several nodes of the cluster",
      "role:slave, ONE, MEND, redis-sentinel://",
      "role:slave cluster_enabled:1, CLUSTER, MEND, a replica",
      "role:master loading:1, SENTINEL, MEND, wait"})
  void ofItsPlaceAmongServers(String info, RedisUrl.Kind kind, Verdict verdict, String words) {
    assertJudged(RedisJudgements.topology(facts(info), kind, "one server"), verdict, words);
  }
}
