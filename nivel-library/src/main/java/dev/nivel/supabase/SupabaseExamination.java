package dev.nivel.supabase;

import dev.nivel.store.ClockDifference;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination;
import dev.nivel.store.Judgement;
import dev.nivel.store.Latency;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Supabase as the doctor examines it, over JDBC or over REST. Nothing is changed. */
public final class SupabaseExamination implements Examination {
  private static final Duration SLOW = Duration.ofMillis(200);
  private static final int PINGS = 9;
  private static final int DIAGNOSED_FROM_VERSION = 7;

  private final Entrance entrance;
  private final SupabaseL3.Limits limits;
  private final Time time;
  private boolean isEntered;
  private @Nullable Symptoms symptoms;
  private @Nullable ClockDifference clock;

  private SupabaseExamination(Entrance entrance, SupabaseL3.Limits limits, Time time) {
    this.entrance = entrance;
    this.limits = limits;
    this.time = time;
  }

  /** Over JDBC; connects to nothing yet. */
  public static SupabaseExamination of(PostgresUrl url, SupabaseL3.Limits limits, Time time) {
    return new SupabaseExamination(Entrance.of(url, limits.timeout()), limits, time);
  }

  /** Over REST; connects to nothing yet. */
  public static SupabaseExamination of(RestUrl url, SupabaseL3.Limits limits, Time time) {
    return new SupabaseExamination(Entrance.of(url, limits.timeout()), limits, time);
  }

  @Override
  public String subject() {
    return entrance.subject();
  }

  @Override
  public List<Check> checks() {
    return List.of(
        check("way in", () -> List.of(Judgement.ok(entrance.kind()))),
        check("reachable", this::enter),
        check("schema", this::schema),
        check("version", this::version),
        check("writes", () -> ofSymptoms(Symptoms::writes)),
        check("rights", () -> ofSymptoms(Symptoms::rights)),
        check("row security", () -> ofSymptoms(Symptoms::rowSecurity)),
        check("outsiders", () -> found().map(Symptoms::outsiders).orElse(List.of())),
        check("connections", () -> ofSymptoms(this::connections)),
        // several calls, of which each has a deadline of its own
        new Check("latency", limits.timeout().multipliedBy(6), this::latency),
        check("clock",
            () -> clocks().values().stream().map(ClockDifference::judgement).toList()));
  }

  private Check check(String name, Supplier<List<Judgement>> judging) {
    return new Check(name, limits.timeout().multipliedBy(2), judging);
  }

  @Override
  public String advice(NivelException failure) {
    return Advice.of(failure, entrance);
  }

  @Override
  public Map<String, ClockDifference> clocks() {
    @Nullable ClockDifference read = clock;
    return read == null ? Map.of() : Map.of(subject(), read);
  }

  private List<Judgement> enter() {
    entrance.enter();
    isEntered = true;
    return List.of(Judgement.ok(entrance.functions() + " answers"));
  }

  private List<Judgement> schema() {
    if (!isEntered) {
      return List.of();
    }
    @Nullable ConfigurationException refusal = null;
    try {
      long before = time.millis();
      Symptoms seen = Symptoms.of(entrance.functions());
      long after = time.millis();
      symptoms = seen;
      seen.number("clock_millis")
          .ifPresent(shown -> clock = ClockDifference.between(before, shown, after));
    } catch (ConfigurationException e) {
      refusal = e; // there is no such function, or no right to call it
    }
    Optional<Long> told = found().flatMap(seen -> seen.number("schema_version"));
    if (told.isPresent()) {
      return List.of(Symptoms.schema(Math.toIntExact(told.get()), entrance.migration()));
    }
    if (symptoms != null) {
      return List.of(Judgement.mend("its version is hidden from this user by row-level security",
          "give it the rights that are named below"));
    }
    int present = entrance.schemaVersion();
    if (present >= DIAGNOSED_FROM_VERSION && refusal != null) {
      throw refusal;
    }
    return List.of(Symptoms.schema(present, entrance.migration()));
  }

  private Optional<Symptoms> found() {
    return Optional.ofNullable(symptoms);
  }

  private List<Judgement> ofSymptoms(Function<Symptoms, Judgement> judging) {
    return found().map(judging).stream().toList();
  }

  private List<Judgement> version() {
    if (!isEntered) {
      return List.of();
    }
    return entrance.serverVersion()
        .or(() -> found().map(Symptoms::serverVersion))
        .map(Symptoms::version)
        .stream()
        .toList();
  }

  private Judgement connections(Symptoms seen) {
    return entrance.isDirect() ? seen.connections(limits.callsMax() + 1)
        : Judgement.skipped("what is before the database has its own");
  }

  private List<Judgement> latency() {
    return isEntered
        ? List.of(Latency.measure(time, PINGS, limits.timeout(), entrance::enter)
            .judgement(SLOW, limits.timeout(), "SUPABASE_TIMEOUT_MS"))
        : List.of();
  }

  @Override
  public void close() {
    entrance.close();
  }
}
