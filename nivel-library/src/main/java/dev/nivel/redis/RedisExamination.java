package dev.nivel.redis;

import dev.nivel.store.ClockDifference;
import dev.nivel.store.Examination;
import dev.nivel.store.Judgement;
import dev.nivel.store.Latency;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final Connector connector;
  private final Topology topology;
  private final Time time;
  private final List<Patient> patients = new ArrayList<>();

  /**
   * A master that answers.
   *
   * @param bucket one of those that it owns
   */
  private record Patient(Address address, StatefulRedisConnection<byte[], byte[]> connection,
      ServerFacts facts, int bucket) {
    RedisAsyncCommands<byte[], byte[]> commands() {
      return connection.async();
    }
  }

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
        new Check("reachable", this::reach),
        new Check("topology", () -> ofEach(patient -> RedisJudgements.topology(patient.facts(),
            connector.url().kind(), topologySeen()))),
        new Check("version", () -> ofEach(patient -> RedisJudgements.version(patient.facts()))),
        new Check("eviction policy",
            () -> ofEach(patient -> RedisJudgements.evictionPolicy(patient.facts()))),
        new Check("persistence", () -> ofEach(
            patient -> RedisJudgements.persistence(patient.facts(), snapshots(patient)))),
        new Check("writes", () -> ofEach(this::writes)),
        new Check("latency", () -> ofEach(this::latency)),
        new Check("clock", () -> ofEach(this::clock)));
  }

  @Override
  public Duration checkMax() {
    Duration twice = connector.timeout().multipliedBy(2);
    return twice.compareTo(CHECK_MIN) > 0 ? twice : CHECK_MIN;
  }

  @Override
  public String adviceIfUnavailable() {
    return "see that Redis runs there, that REDIS_URL names it, and that nothing is between";
  }

  private List<Judgement> reach() {
    Topology.Layout layout = topology.ask(List.of());
    List<Judgement> judgements = new ArrayList<>();
    for (Address address : new LinkedHashSet<>(layout.owners())) {
      try {
        patients.add(examine(address, layout));
        judgements.add(Judgement.ok(address + " answers"));
      } catch (NivelException e) {
        judgements.add(failed(e));
      }
    }
    return judgements;
  }

  private Patient examine(Address address, Topology.Layout layout) {
    StatefulRedisConnection<byte[], byte[]> connection = connector.connect(address);
    try {
      return new Patient(address, connection,
          new ServerFacts(connector.await("INFO", connection.async().info())),
          layout.bucketsOf(address).nextSetBit(0));
    } catch (NivelException e) {
      Connector.close(connection);
      throw e;
    }
  }

  private Judgement failed(NivelException e) {
    return Judgement.mend(e.getMessage(),
        e instanceof UnavailableException ? adviceIfUnavailable() : "");
  }

  private String topologySeen() {
    return switch (connector.url().kind()) {
      case ONE -> "one server";
      case SENTINEL -> "the master \"" + connector.url().master() + "\", of which "
          + connector.url().addresses().size() + " Sentinels know";
      case CLUSTER -> "a cluster of " + patients.size() + " masters that answer";
    };
  }

  /** Judges every master; what is the same for several is said once. */
  private List<Judgement> ofEach(Function<Patient, Judgement> judging) {
    Map<Judgement, List<String>> places = new LinkedHashMap<>();
    for (Patient patient : patients) {
      Judgement judgement;
      try {
        judgement = judging.apply(patient);
      } catch (NivelException e) {
        judgement = failed(e);
      }
      places.computeIfAbsent(judgement, same -> new ArrayList<>())
          .add(patient.address().toString());
    }
    if (places.size() == 1) {
      return List.copyOf(places.keySet());
    }
    List<Judgement> judgements = new ArrayList<>();
    places.forEach(
        (judgement, at) -> judgements.add(judgement.at(String.join(", ", at))));
    return judgements;
  }

  /** When it makes snapshots; empty if it must not or does not say. */
  private Optional<String> snapshots(Patient patient) {
    try {
      return Optional.ofNullable(
          connector.await("CONFIG GET", patient.commands().configGet("save")).get("save"));
    } catch (NivelException e) {
      return Optional.empty();
    }
  }

  /** A server may answer and yet refuse to write. */
  private Judgement writes(Patient patient) {
    byte[] key = RedisKeys.canary(patient.bucket(), "doctor-" + UUID.randomUUID());
    String song = UUID.randomUUID().toString();
    connector.await("a write",
        patient.commands().set(key, RedisKeys.ascii(song), SetArgs.Builder.px(CANARY_TTL)));
    byte @Nullable [] heard = connector.await("a read", patient.commands().get(key));
    return heard != null && RedisKeys.text(heard).equals(song)
        ? Judgement.ok("a key that was written was read back")
        : Judgement.mend("it does not return what was written to it",
            "see that REDIS_URL names a plain Redis, not a proxy before several");
  }

  private Judgement latency(Patient patient) {
    return Latency.measure(time, PINGS, () -> connector.await("PING", patient.commands().ping()))
        .judgement(SLOW, connector.timeout(), "REDIS_TIMEOUT_MS");
  }

  private Judgement clock(Patient patient) {
    return ClockDifference.measure(time, () -> {
      List<byte[]> reply = connector.await("TIME", patient.commands().time());
      return Master.millis(reply);
    }).judgement();
  }

  @Override
  public void close() {
    patients.forEach(patient -> Connector.close(patient.connection()));
    topology.close();
    connector.close();
  }
}
