package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Contents;
import dev.nivel.store.Field;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is said of a Redis that can't be used, and whether it is for an operator to mend. */
class RedisRefusalsIT {
  private static final String PASSWORD = "s3cret-of-the-server";
  private static final String WRONG = "wr0ng-guess";
  private static final String CONVERSATION = "call-1";

  private static Servers servers;

  @BeforeAll
  static void open(@TempDir Path directory) {
    servers = Servers.in(directory);
  }

  @AfterAll
  static void end() {
    servers.close();
  }

  private static EmbeddedRedis start(String name, String... lines) {
    return servers.redis(dev.nivel.embedded.RedisSettings.defaults()
        .withName(name)
        .withLines(lines));
  }

  private static RedisL2 l2(RedisSettings settings) {
    return RedisL2.open(settings, Time.SYSTEM, () -> RedisFixture.NODE);
  }

  private static <E extends NivelException> E refusal(Class<E> kind, RedisSettings settings) {
    try (RedisL2 l2 = l2(settings)) {
      E refusal = catchThrowableOfType(kind, () -> l2.probe(true));
      assertThat(refusal).isNotNull();
      assertThat(Throwables.getStackTrace(refusal)).doesNotContain(PASSWORD, WRONG);
      return refusal;
    }
  }

  private static void assertUsable(RedisSettings settings) {
    try (RedisL2 l2 = l2(settings)) {
      l2.probe(true);
      l2.write(CONVERSATION, List.of(entry("x", 1, "1")), Condition.NONE);
      l2.fill(CONVERSATION, Contents.EMPTY,
          l2.beginFill(CONVERSATION).orElseThrow());
      l2.erase(CONVERSATION, stamp(5));
      assertThat(l2.unsynced(CONVERSATION)).isEmpty();
    }
  }

  @Nested
  class ARedisWithAPassword {
    private static EmbeddedRedis redis;
    private static String address;

    @BeforeAll
    static void start() {
      redis = servers.redis(dev.nivel.embedded.RedisSettings.defaults()
          .withName("guarded")
          .withPassword(PASSWORD));
      address = "127.0.0.1:" + redis.port();
    }

    @Test
    void isUsedByWhoeverKnowsIt() {
      assertUsable(RedisFixture.settings(redis.url()));
      assertUsable(RedisFixture.settings("redis://" + address, null, PASSWORD));
      assertUsable(RedisFixture.settings("redis://" + address, "default", PASSWORD));
    }

    @Test
    void refusesAnotherPassword() {
      assertThat(refusal(ConfigurationException.class,
          RedisFixture.settings("redis://" + address, null, WRONG)))
          .hasMessageContaining("REDIS_PASSWORD")
          .hasMessageContaining(address);
      assertThat(refusal(ConfigurationException.class,
          RedisFixture.settings("redis://:" + WRONG + "@" + address)))
          .hasMessageContaining("REDIS_PASSWORD");
    }

    @Test
    void refusesAnUnknownUser() {
      assertThat(refusal(ConfigurationException.class,
          RedisFixture.settings("redis://" + address, "nobody", PASSWORD)))
          .hasMessageContaining("REDIS_USERNAME");
    }

    @Test
    void refusesWhoeverHasNone() {
      assertThat(refusal(ConfigurationException.class,
          RedisFixture.settings("redis://" + address)))
          .hasMessageContaining("set REDIS_PASSWORD");
    }
  }

  @Nested
  class ARedisWithoutAPassword {
    private static EmbeddedRedis redis;

    @BeforeAll
    static void start() {
      redis = RedisRefusalsIT.start("open");
    }

    /** Redis's own rule for a user who needs none. */
    @Test
    void takesAnyPassword() {
      assertUsable(RedisFixture.settings(redis.url(), null, WRONG));
      assertUsable(RedisFixture.settings("redis://:" + WRONG + "@127.0.0.1:" + redis.port()));
    }

    @Test
    void refusesAnUnknownUser() {
      assertThat(refusal(ConfigurationException.class,
          RedisFixture.settings(redis.url(), "nobody", WRONG)))
          .hasMessageContaining("REDIS_USERNAME");
    }
  }

  @Nested
  class AnAclUser {
    private static EmbeddedRedis redis;

    @BeforeAll
    static void start() {
      redis = RedisRefusalsIT.start("acl",
          "user default off",
          "user full on >" + PASSWORD + " ~* &* +@all",
          "user own-keys on >" + PASSWORD
              + " ~nivel:* resetchannels &nivel:* +@all -@dangerous +info",
          "user no-info on >" + PASSWORD + " ~* &* +@all -info",
          "user no-scripts on >" + PASSWORD + " ~* &* +@all -@scripting",
          "user no-channel on >" + PASSWORD + " ~* resetchannels +@all",
          "user other-keys on >" + PASSWORD + " ~other:* &* +@all");
    }

    private static RedisSettings as(String user) {
      return RedisFixture.settings(redis.url(), user, PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "own-keys"})
    void withTheRightsThatAreNeededIsWelcome(String user) {
      assertUsable(as(user));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-info", "no-scripts", "no-channel", "other-keys"})
    void whoLacksARightIsToldWhichOne(String user) {
      assertThat(refusal(ConfigurationException.class, as(user)))
          .hasMessageContaining("lacks a right")
          .hasMessageContaining("NOPERM");
    }
  }

  @Nested
  class AnEvictionPolicy {
    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-lfu", "allkeys-random"})
    void thatMayRemoveUnsyncedWritesIsRefused(String policy) {
      EmbeddedRedis redis = RedisRefusalsIT.start(policy, "maxmemory-policy " + policy);
      assertThat(refusal(ConfigurationException.class, RedisFixture.settings(redis.url())))
          .hasMessageContaining(policy)
          .hasMessageContaining("set maxmemory-policy to volatile-lru, or to noeviction");
    }

    @Test
    void thatIsRefusedKeepsRedisOut() {
      EmbeddedRedis redis = RedisRefusalsIT.start("kept-out", "maxmemory-policy allkeys-lru");
      try (RedisL2 l2 = l2(RedisFixture.settings(redis.url()))) {
        assertThatThrownBy(() -> l2.probe(true)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> l2.entry(CONVERSATION, "x"))
            .isInstanceOf(UnavailableException.class);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"noeviction", "volatile-lru", "volatile-ttl"})
    void thatSparesWhatHasNoTtlIsAccepted(String policy) {
      EmbeddedRedis redis = RedisRefusalsIT.start("x" + policy, "maxmemory-policy " + policy);
      assertUsable(RedisFixture.settings(redis.url()));
    }

    @Test
    void isNoticedByTheNextProbeWhenItChanges() {
      EmbeddedRedis redis = RedisRefusalsIT.start("changed");
      try (RedisL2 l2 = RedisFixture.connect(redis.url());
          PlainRedis plain = PlainRedis.at(redis.url())) {
        plain.commands().configSet("maxmemory-policy", "allkeys-lru");
        assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("allkeys-lru");
      }
    }
  }

  @Nested
  class AFullMemory {
    @Test
    void refusesAWriteWhichHasNoEffect() {
      EmbeddedRedis redis = RedisRefusalsIT.start("full");
      try (RedisL2 l2 = RedisFixture.connect(redis.url());
          PlainRedis plain = PlainRedis.at(redis.url())) {
        plain.commands().configSet("maxmemory", "1");
        UnavailableException refusal = catchThrowableOfType(UnavailableException.class,
            () -> l2.write(CONVERSATION, List.of(entry("x", 1, "1")), Condition.NONE));
        assertThat(refusal).hasMessageContaining("OOM");
        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(plain.indexed(CONVERSATION)).isEmpty();
        assertThat(plain.commands().exists(PlainRedis.hash(CONVERSATION))).isZero();
        assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(UnavailableException.class)
            .hasMessageContaining("OOM");
      }
    }
  }

  @Nested
  class AnotherServer {
    @Test
    void thatIsAReplicaIsOut() {
      EmbeddedRedis master = RedisRefusalsIT.start("master");
      EmbeddedRedis replica = RedisRefusalsIT.start("replica",
          "replicaof 127.0.0.1 " + master.port());
      assertThat(refusal(UnavailableException.class, RedisFixture.settings(replica.url())))
          .hasMessageContaining("replica")
          .hasMessageContaining("master");
    }

    @Test
    void thatBecameAReplicaIsOutFromTheNextProbeOn() {
      EmbeddedRedis master = RedisRefusalsIT.start("new-master");
      EmbeddedRedis demoted = RedisRefusalsIT.start("demoted");
      try (RedisL2 l2 = RedisFixture.connect(demoted.url());
          PlainRedis plain = PlainRedis.at(demoted.url())) {
        plain.commands().replicaof("127.0.0.1", master.port());
        List<Field> fields = List.of(entry("x", 1, "1"));
        assertThatThrownBy(() -> l2.write(CONVERSATION, fields, Condition.NONE))
            .isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(UnavailableException.class)
            .hasMessageContaining("replica");
      }
    }

    @Test
    void thatIsNotThereIsNamed() {
      EmbeddedRedis gone = RedisRefusalsIT.start("gone");
      gone.kill();
      assertThat(refusal(UnavailableException.class,
          RedisFixture.settings(gone.url(), null, WRONG)))
          .hasMessageContaining("127.0.0.1:" + gone.port());
    }
  }
}
