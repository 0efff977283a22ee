package dev.nivel.redis;

import dev.nivel.store.ClockDifference;
import dev.nivel.store.Examination;
import dev.nivel.store.Judgement;
import dev.nivel.store.Latency;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Redis as the doctor examines it: every master, on a connection of its own. Nothing is changed but
 * one key for a minute.
 */
public final class RedisExamination implements Examination {
  private static final Duration CHECK_MIN = Duration.ofSeconds(5);
  private static final Duration SLOW = Duration.ofMillis(10);
  private static final Duration CANARY_TTL = Duration.ofMinutes(1);
  private static final int PINGS = 21;
  /** What Nivel's scripts do, too: read, and tell of a change. */
  private static final String SCRIPT = "redis.call('PUBLISH', ARGV[1], ARGV[2])"
      + " return redis.call('GET', KEYS[1])";
  /** To nodes that hear it: of no node, about a key of no conversation, which changes nothing. */
  private static final byte[] NO_CHANGE = RedisKeys.ascii("-1\nnivel-doctor\n0\nk:doctor");
  private static final Judgement UNSETTLED = Judgement.skipped(
      "all its buckets are on their way to other masters");

  private final Connector connector;
  private final Topology topology;
  private final Time time;
  private final String name = "doctor-" + UUID.randomUUID();
  /** Those that answer. */
  private final List<Master> masters = new ArrayList<>();
  private final Map<String, ClockDifference> clocks = new LinkedHashMap<>();
  private Topology.Layout layout = Topology.Layout.NONE;

  private RedisExamination(Connector connector, Time time) {
    this.connector = connector;
    this.time = time;
    topology = Topology.of(connector);
  }

  /** Connects to nothing yet. */
  public static RedisExamination of(RedisSettings settings, Time time) {
    return new RedisExamination(new Connector(settings), time);
  }

  @Override
  public String subject() {
    return "redis";
  }

  @Override
  public List<Check> checks() {
    return List.of(
        new Check("reachable", longMax(), this::reach),
        ofEach("topology", master -> RedisJudgements.topology(master.facts(),
            connector.url().kind(), topologySeen())),
        ofEach("version", master -> RedisJudgements.version(master.facts())),
        ofEach("eviction policy", master -> RedisJudgements.evictionPolicy(master.facts())),
        ofEach("persistence",
            master -> RedisJudgements.persistence(master.facts(), snapshots(master))),
        ofEach("writes", this::writes),
        ofEach("rights", this::rights),
        new Check("latency", longMax(), () -> judgeEach(this::latency)),
        ofEach("clock", this::clock));
  }

  private Check ofEach(String name, Function<Master, Judgement> judging) {
    return new Check(name, checkMax(), () -> judgeEach(judging));
  }

  private Duration checkMax() {
    Duration twice = connector.timeout().multipliedBy(2);
    return twice.compareTo(CHECK_MIN) > 0 ? twice : CHECK_MIN;
  }

  /** For what makes several calls at each master; each of them has a deadline of its own. */
  private Duration longMax() {
    return checkMax().multipliedBy(3);
  }

  @Override
  public String advice(NivelException failure) {
    return RedisAdvice.of(failure);
  }

  @Override
  public Map<String, ClockDifference> clocks() {
    return clocks;
  }

  private List<Judgement> reach() {
    List<Judgement> judgements = new ArrayList<>();
    for (Address address : new LinkedHashSet<>(topology.ask(List.of()).owners())) {
      Master master = new Master(address, connector, time);
      try {
        master.connect(commands -> master
            .learn(new ServerFacts(connector.await("INFO", commands.info()))), () -> {});
        masters.add(master);
        judgements.add(Judgement.ok(address + " answers"));
      } catch (NivelException e) {
        judgements.add(failed(e));
      }
    }
    if (!masters.isEmpty()) {
      layout = topology.ask(masters); // what is leaving a master is known to itself alone
    }
    return judgements;
  }

  /** One that it owns and keeps; of the others a key may be looked for elsewhere. */
  static OptionalInt settledBucket(Topology.Layout layout, Address address) {
    BitSet settled = layout.bucketsOf(address);
    settled.andNot(layout.unsettled());
    return settled.stream().findFirst();
  }

  private Judgement failed(NivelException failure) {
    return Judgement.mend(failure.getMessage(), advice(failure));
  }

  private String topologySeen() {
    return switch (connector.url().kind()) {
      case ONE -> "one server";
      case SENTINEL -> "the master \"" + connector.url().master() + "\", of which "
          + connector.url().addresses().size() + " Sentinels know";
      case CLUSTER -> "a cluster of " + masters.size() + " masters that answer";
    };
  }

  /** Judges every master; what is the same for several is said once. */
  private List<Judgement> judgeEach(Function<Master, Judgement> judging) {
    Map<Judgement, List<String>> places = new LinkedHashMap<>();
    for (Master master : masters) {
      Judgement judgement;
      try {
        judgement = judging.apply(master);
      } catch (NivelException e) {
        judgement = failed(e);
      }
      places.computeIfAbsent(judgement, same -> new ArrayList<>())
          .add(master.address().toString());
    }
    if (places.size() == 1) {
      return List.copyOf(places.keySet());
    }
    List<Judgement> judgements = new ArrayList<>();
    places.forEach(
        (judgement, at) -> judgements.add(judgement.at(String.join(", ", at))));
    return judgements;
  }

  /** When it makes snapshots; empty if it refuses to say. */
  private Optional<String> snapshots(Master master) {
    try {
      return Optional.ofNullable(
          connector.await("CONFIG GET", master.commands().configGet("save")).get("save"));
    } catch (NivelException e) {
      if (RedisErrors.replyIn(e) == null) { // it says nothing at all
        throw e;
      }
      return Optional.empty();
    }
  }

  /** A server may answer and yet refuse to write. */
  private Judgement writes(Master master) {
    OptionalInt bucket = settledBucket(layout, master.address());
    if (bucket.isEmpty()) {
      return UNSETTLED;
    }
    byte[] key = RedisKeys.canary(bucket.getAsInt(), name);
    byte[] song = RedisKeys.ascii(UUID.randomUUID().toString());
    connector.await("a write",
        master.commands().set(key, song, SetArgs.Builder.px(CANARY_TTL)));
    byte @Nullable [] heard = connector.await("a read", master.commands().get(key));
    return heard != null && Arrays.equals(heard, song)
        ? Judgement.ok("a key that was written was read back")
        : Judgement.mend("it does not return what was written to it",
            "see that REDIS_URL names a plain Redis, not a proxy before several");
  }

  /** A user who may write and read may yet have no right to scripts, or to the change channel. */
  private Judgement rights(Master master) {
    OptionalInt bucket = settledBucket(layout, master.address());
    if (bucket.isEmpty()) {
      return UNSETTLED;
    }
    byte[] key = RedisKeys.canary(bucket.getAsInt(), name);
    StatefulRedisPubSubConnection<byte[], byte[]> messages = connector
        .connectForMessages(master.address());
    try {
      connector.await("subscribing to changes", messages.async().subscribe(RedisKeys.CHANGES));
    } finally {
      Connector.close(messages);
    }
    RedisFuture<byte[]> read = master.commands()
        .eval(SCRIPT, ScriptOutputType.VALUE,
            new byte[][]{key}, RedisKeys.CHANGES, NO_CHANGE);
    connector.await("a script", read);
    return Judgement.ok("the user may run scripts, and use the change channel");
  }

  private Judgement latency(Master master) {
    return Latency.measure(time, PINGS, checkMax().dividedBy(2L * masters.size()),
        () -> connector.await("PING", master.commands().ping()))
        .judgement(SLOW, connector.timeout(), "REDIS_TIMEOUT_MS");
  }

  private Judgement clock(Master master) {
    ClockDifference difference = ClockDifference.measure(time, () -> {
      List<byte[]> reply = connector.await("TIME", master.commands().time());
      return Master.millis(reply);
    });
    clocks.put("redis at " + master.address(), difference);
    return difference.judgement();
  }

  @Override
  public void close() {
    masters.forEach(Master::close);
    topology.close();
    connector.close();
  }
}
