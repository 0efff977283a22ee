package dev.nivel.redis;

import dev.nivel.Servers;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.Value;
import dev.nivel.store.WriteReply;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** A cluster whose masters die, freeze, and hand slots over. */
class RedisClusterIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final AtomicLong STAMPS = new AtomicLong(System.currentTimeMillis() - 60_000);

  private final RecordingListener listener = new RecordingListener();
  private Servers servers;
  private RedisCluster cluster;
  private RedisL2 l2;

  @BeforeEach
  void start(@TempDir Path directory) {
    servers = Servers.in(directory);
    cluster = servers.redisCluster(dev.nivel.embedded.RedisSettings.defaults()
        .withLines("cluster-require-full-coverage no")); // the others go on without a dead one
    l2 = RedisFixture.open(cluster.url(), TIMEOUT, RedisFixture.NODE);
    l2.listen(listener);
    l2.probe(true);
  }

  @AfterEach
  void end() {
    l2.close();
    servers.close();
  }

  private static int slot(String conversation) {
    return SlotHash.getSlot(RedisKeys.generation(RedisKeys.bucket(conversation)));
  }

  private EmbeddedRedis ownerOf(String conversation) {
    return cluster.ownerOf(slot(conversation));
  }

  /** A conversation of a master, or of another one. */
  private String conversation(EmbeddedRedis owner, boolean isOfIt) {
    return Stream.generate(() -> "call " + UUID.randomUUID())
        .filter(id -> ownerOf(id).equals(owner) == isOfIt)
        .findFirst()
        .orElseThrow();
  }

  private WriteReply write(String conversation, String text) {
    return l2.write(conversation, List.of(Entry.of("x", Stamp.at(STAMPS.incrementAndGet(), 1),
        Value.json(text))), Condition.NONE);
  }

  private String read(String conversation) {
    return Objects.requireNonNull(l2.entry(conversation, "x").entry()).value().text();
  }

  /** As the housekeeper does it, until all masters are well. */
  private void probeUntilWell() {
    await().atMost(RedisFixture.WAIT_MAX)
        .ignoreExceptionsInstanceOf(UnavailableException.class)
        .until(() -> {
          l2.probe(false);
          return true;
        });
  }

  private String generationOf(String conversation) {
    try (PlainRedis plain = PlainRedis.at(ownerOf(conversation).url())) {
      return plain.commands()
          .get(RedisKeys.text(RedisKeys.generation(
              RedisKeys.bucket(conversation))));
    }
  }

  private void replaceByReplica(EmbeddedRedis master, Runnable fault) {
    String lost = conversation(master, true);
    String kept = conversation(master, false);
    write(lost, "1");
    write(kept, "1");
    String lostBefore = generationOf(lost);
    String keptBefore = generationOf(kept);
    int generations = listener.generations();
    fault.run();
    assertThatThrownBy(() -> write(lost, "2")).isInstanceOf(UnavailableException.class);
    probeUntilWell();
    assertThat(write(lost, "3").outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    assertThat(write(kept, "3").outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    assertThat(ownerOf(lost)).isEqualTo(cluster.replicaOf(master));
    assertThat(listener.generations()).isGreaterThan(generations);
    assertThat(generationOf(lost)).isNotEqualTo(lostBefore);
    assertThat(generationOf(kept)).isEqualTo(keptBefore);
  }

  @Test
  void aDeadMasterIsReplacedAndOnlyItsBucketsGetAGeneration() {
    EmbeddedRedis master = cluster.nodes().get(0);
    replaceByReplica(master, master::kill);
    master.restart();
    cluster.awaitHealth();
    probeUntilWell();
    assertThat(write(conversation(cluster.replicaOf(master), true), "4").outcome())
        .isEqualTo(WriteReply.Outcome.ACCEPTED);
  }

  @Test
  void aFrozenMasterIsReplacedAndRefusedWhenItThaws() {
    EmbeddedRedis master = cluster.nodes().get(1);
    replaceByReplica(master, master::freeze);
    master.thaw();
    probeUntilWell();
    assertThat(write(conversation(cluster.replicaOf(master), true), "4").outcome())
        .isEqualTo(WriteReply.Outcome.ACCEPTED);
  }

  @Test
  void whatOtherMastersHoldIsUsedWhileOneIsFrozen() {
    EmbeddedRedis master = cluster.nodes().get(2);
    String other = conversation(master, false);
    String own = conversation(master, true);
    long before = System.nanoTime();
    master.freeze();
    assertThatThrownBy(() -> l2.probe(false)).isInstanceOf(UnavailableException.class);
    assertThat(l2.heardAtNanos(other)).isGreaterThanOrEqualTo(before);
    assertThat(l2.heardAtNanos(own)).isLessThan(before);
    assertThat(write(other, "1").outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
  }

  /** Without what is in it, which its former owner forgets. */
  private void assign(int slot, EmbeddedRedis to) {
    try (PlainRedis plain = PlainRedis.at(to.url())) {
      plain.commands().clusterSetSlotNode(slot, cluster.id(to));
      plain.commands().clusterBumpepoch();
    }
    await().atMost(RedisFixture.WAIT_MAX).until(() -> cluster.ownerOf(slot).equals(to));
  }

  @Test
  void aSlotThatMovedIsFollowedWithoutAProbeAndItsBucketGetsAGeneration() {
    String moved = conversation(cluster.nodes().get(0), true);
    write(moved, "1");
    l2.probe(false);
    int missed = listener.missed();
    int generations = listener.generations();
    assign(slot(moved), cluster.nodes().get(1));
    assertThat(write(moved, "2").outcome()).isEqualTo(WriteReply.Outcome.ACCEPTED);
    assertThat(listener.generations()).isGreaterThan(generations);
    assertThat(listener.missed()).isGreaterThan(missed);
    assertThat(ownerOf(moved)).isEqualTo(cluster.nodes().get(1));
    assertThat(read(moved)).isEqualTo("2");
    probeUntilWell();
    assertThat(write(moved, "3")).isEqualTo(WriteReply.accepted(true));
  }

  @Test
  void aSlotThatIsUnderWayIsAskedForAtItsReceiver() {
    EmbeddedRedis from = cluster.nodes().get(0);
    EmbeddedRedis to = cluster.nodes().get(1);
    String moving = conversation(from, true);
    write(moving, "1");
    int slot = slot(moving);
    try (PlainRedis giver = PlainRedis.at(from.url());
        PlainRedis receiver = PlainRedis.at(to.url())) {
      receiver.commands().clusterSetSlotImporting(slot, cluster.id(from));
      giver.commands().clusterSetSlotMigrating(slot, cluster.id(to));
      for (String key : giver.commands().clusterGetKeysInSlot(slot, 100)) {
        giver.commands().migrate("127.0.0.1", to.port(), key, 0, 5_000);
      }
      assertThat(read(moving)).isEqualTo("1");
      UnavailableException refusal = catchThrowableOfType(UnavailableException.class,
          () -> write(moving, "2"));
      assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
      assertThat(refusal).hasMessageContaining("TRYAGAIN");
      l2.probe(false);
      assertThat(l2.heardAtNanos(moving)).isGreaterThan(0);
      receiver.commands().clusterSetSlotNode(slot, cluster.id(to));
      giver.commands().clusterSetSlotNode(slot, cluster.id(to));
    }
    assertThat(write(moving, "3")).isEqualTo(WriteReply.accepted(true));
    probeUntilWell();
    assertThat(read(moving)).isEqualTo("3");
  }

  @Test
  void aNodeStartsWhileTheClusterIsDown() {
    cluster.nodes().forEach(EmbeddedRedis::kill);
    try (RedisL2 early = RedisFixture.open(cluster.url(), TIMEOUT, 8)) {
      assertThatThrownBy(() -> early.probe(true)).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> early.entry("call", "x")).isInstanceOf(UnavailableException.class)
          .hasMessageContaining("not connected");
      cluster.nodes().forEach(EmbeddedRedis::restart);
      await().atMost(RedisFixture.WAIT_MAX)
          .ignoreExceptionsInstanceOf(UnavailableException.class)
          .until(() -> {
            early.probe(false);
            return true;
          });
      assertThat(early.entry("call", "x").entry()).isNull();
    }
  }

  @Test
  void theNodeThatIsAskedFirstMayBeDown() {
    cluster.nodes().get(3).kill();
    String url = "redis://127.0.0.1:" + cluster.nodes().get(3).port() + ",127.0.0.1:"
        + cluster.nodes().get(4).port();
    try (RedisL2 other = RedisFixture.connect(url)) {
      assertThat(other.entry("call", "x").entry()).isNull();
    }
  }

  @Test
  void changesOfAllMastersAreHeard() {
    List<String> conversations = IntStream.range(0, 3)
        .mapToObj(i -> conversation(cluster.nodes().get(i), true))
        .toList();
    conversations.forEach(id -> write(id, "1"));
    await().atMost(RedisFixture.WAIT_MAX)
        .until(() -> listener.changes()
            .stream()
            .map(RecordingListener.Change::conversation)
            .toList()
            .containsAll(conversations));
  }

  @Test
  void aSingleAddressOfAClusterIsRefusedWithAdvice() {
    RedisSettings settings = RedisFixture.settings(cluster.nodes().get(0).url());
    try (RedisL2 single = RedisL2.open(settings, Time.SYSTEM, () -> 1)) {
      assertThatThrownBy(() -> single.probe(true)).isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("separated by commas");
    }
  }
}
