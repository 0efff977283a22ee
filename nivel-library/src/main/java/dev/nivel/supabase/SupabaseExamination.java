package dev.nivel.supabase;

import dev.nivel.store.ClockDifference;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination;
import dev.nivel.store.Judgement;
import dev.nivel.store.Latency;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
    return "supabase";
  }

  @Override
  public List<Check> checks() {
    return List.of(
        new Check("way in", () -> List.of(Judgement.ok(entrance.kind()))),
        new Check("reachable", this::enter),
        new Check("schema", this::schema),
        new Check("version", () -> ofSymptoms(Symptoms::version)),
        new Check("writes", () -> ofSymptoms(Symptoms::writes)),
        new Check("rights", () -> ofSymptoms(Symptoms::rights)),
        new Check("row security", () -> ofSymptoms(Symptoms::rowSecurity)),
        new Check("outsiders", () -> found().map(Symptoms::outsiders).orElse(List.of())),
        new Check("connections", () -> ofSymptoms(this::connections)),
        new Check("latency", () -> ofSymptoms(seen -> latency())),
        new Check("clock", () -> Optional.ofNullable(clock)
            .map(ClockDifference::judgement)
            .stream()
            .toList()));
  }

  @Override
  public Duration checkMax() {
    return limits.timeout().multipliedBy(2);
  }

  @Override
  public String adviceIfUnavailable() {
    return entrance.advice();
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
      return List.of(Symptoms.schema(Math.toIntExact(told.get())));
    }
    if (symptoms != null) {
      return List.of(Judgement.mend("its version is hidden from this user by row-level security",
          "give it the rights that are named below"));
    }
    int present = entrance.schemaVersion();
    if (present >= DIAGNOSED_FROM_VERSION && refusal != null) {
      throw refusal;
    }
    return List.of(Symptoms.schema(present));
  }

  private Optional<Symptoms> found() {
    return Optional.ofNullable(symptoms);
  }

  private List<Judgement> ofSymptoms(Function<Symptoms, Judgement> judging) {
    return found().map(judging).stream().toList();
  }

  private Judgement connections(Symptoms seen) {
    return entrance.isDirect() ? seen.connections(limits.callsMax() + 1)
        : Judgement.skipped("what is before the database has its own");
  }

  /**
   * The same small call several times.
   *
   * @throws UnavailableException if one fails
   */
  private Judgement latency() {
    return Latency.measure(time, PINGS, () -> entrance.functions()
        .run(new Call("a ping", "schema_version")))
        .judgement(SLOW, limits.timeout(), "SUPABASE_TIMEOUT_MS");
  }

  @Override
  public void close() {
    entrance.close();
  }
}
