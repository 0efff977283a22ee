package dev.nivel;

import dev.nivel.store.ClockDifference;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How the doctor goes on whatever happens. */
class DoctorTest {
  private static final Judgement WELL = Judgement.ok("well");

  private final List<String> heard = new ArrayList<>();
  private final List<String> closed = new CopyOnWriteArrayList<>();

  /** Something to be examined. */
  private record Patient(String subject, List<Check> checks, Map<String, ClockDifference> clocks,
      List<String> closed) implements Examination {
    @Override
    public String advice(NivelException failure) {
      return failure instanceof ConfigurationException ? "set it" : "start it";
    }

    @Override
    public void close() {
      closed.add(subject);
    }
  }

  private Supplier<Examination> patient(String subject, Check... checks) {
    return () -> new Patient(subject, List.of(checks), Map.of(), closed);
  }

  private Supplier<Examination> patientWithClock(String subject, long millis) {
    return () -> new Patient(subject, List.of(check("x", () -> List.of(WELL))),
        Map.of(subject, new ClockDifference(millis, 0)), closed);
  }

  private static Check check(String name, Supplier<List<Judgement>> judging) {
    return new Check(name, Duration.ofMinutes(2), judging);
  }

  private List<Finding> examine(List<Supplier<Examination>> patients) {
    return Doctor.examine(patients, new Doctor.Listener() {
      @Override
      public void checking(String subject, String check) {
        heard.add(subject + " " + check);
      }

      @Override
      public void found(Finding finding) {
        heard.add(finding.judgement().verdict().name());
      }
    });
  }

  @Test
  void tellsItsListenerWhatItDoesAndFinds() {
    List<Finding> findings = examine(List.of(patient("a", check("x", () -> List.of(WELL)),
        check("y", () -> List.of(WELL, Judgement.warning("so so", "rest")))),
        patient("b", check("z", () -> List.of(Judgement.mend("broken", "mend it"))))));
    assertThat(heard).containsExactly("a x", "OK", "a y", "OK", "WARNING", "b z", "MEND");
    assertThat(findings).hasSize(4).contains(new Finding("a", "x", WELL));
    assertThat(findings.stream().filter(Finding::mustBeMended)).hasSize(1);
    assertThat(closed).containsExactly("a", "b");
  }

  @Test
  void takesFailuresForFindingsAndGoesOn() {
    List<Finding> findings = examine(List.of(patient("a",
        check("x", () -> {
          throw new UnavailableException("it is out");
        }),
        check("y", () -> {
          throw new ConfigurationException("set this");
        }),
        check("z", () -> List.of(WELL)))));
    assertThat(findings).containsExactly(
        new Finding("a", "x", Judgement.mend("it is out", "start it")),
        new Finding("a", "y", Judgement.mend("set this", "set it")),
        new Finding("a", "z", WELL));
  }

  @Test
  void namesOnlyTheKindOfAFailureThatItDoesNotKnow() {
    List<Finding> findings = examine(List.of(patient("a", check("x", () -> {
      throw new IllegalStateException("password=s3cret");
    })), patient("b", check("y", () -> List.of(WELL)))));
    assertThat(findings.get(0).judgement().seen()).contains("IllegalStateException")
        .doesNotContain("s3cret");
    assertThat(findings.get(0).judgement().advice()).isNotEmpty();
    assertThat(findings.get(1).judgement()).isEqualTo(WELL);
  }

  @Test
  void leavesWhatHangsAloneAndClosesItOnlyAfterThat() {
    CountDownLatch never = new CountDownLatch(1);
    Check hanging = new Check("x", Duration.ofMillis(50), () -> {
      boolean isFree = false;
      while (!isFree) { // as a driver that can't be interrupted
        isFree = isOpen(never);
      }
      return List.of(WELL);
    });
    List<Finding> findings = examine(List.of(
        patient("a", hanging, check("y", () -> List.of(WELL)), check("z", () -> List.of(WELL))),
        patient("b", check("v", () -> List.of(WELL)))));
    assertThat(findings).containsExactly(
        new Finding("a", "x", Judgement.mend("no answer within 50 ms", "start it")),
        new Finding("a", "all else", Judgement.skipped("y, z: first mend what is above")),
        new Finding("b", "v", WELL));
    assertThat(heard).doesNotContain("a y");
    assertThat(closed).containsExactly("b");
    never.countDown();
    await().atMost(Duration.ofMinutes(1)).until(() -> closed.contains("a"));
  }

  @Test
  void goesOnIfSomethingCannotBeOpened() {
    List<Finding> findings = examine(List.of(patient("a", check("x", () -> List.of(WELL))),
        () -> {
          throw new ConfigurationException("this file can't be read");
        }, () -> {
          throw new IllegalArgumentException("password=s3cret");
        }, patient("b", check("y", () -> List.of(WELL)))));
    assertThat(findings).extracting(Finding::subject)
        .containsExactly("a", "configuration", "configuration", "b");
    assertThat(findings).extracting(finding -> finding.judgement().verdict())
        .containsExactly(Verdict.OK, Verdict.MEND, Verdict.MEND, Verdict.OK);
    assertThat(findings.get(1).judgement().seen()).isEqualTo("this file can't be read");
    assertThat(findings.get(2).judgement().seen()).contains("IllegalArgumentException");
    assertThat(findings.toString()).doesNotContain("s3cret");
    assertThat(findings).filteredOn(Finding::mustBeMended)
        .allSatisfy(finding -> assertThat(finding.judgement().advice()).isNotEmpty());
  }

  @Test
  void skipsTheRestIfItIsInterruptedAndDoesNotTakeThatForAnAnswer() {
    CountDownLatch never = new CountDownLatch(1);
    Check waiting = check("v", () -> List.of(isOpen(never) ? WELL : Judgement.mend("no", "x")));
    List<Finding> findings = examine(List.of(
        patient("a", check("x", () -> List.of(WELL)), check("y", () -> List.of(WELL))),
        () -> {
          Thread.currentThread().interrupt();
          return patient("b", waiting, check("w", () -> List.of(WELL))).get();
        }));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(findings).contains(
        new Finding("b", "v", Judgement.skipped("the examination was interrupted")),
        new Finding("b", "all else", Judgement.skipped("w: the examination was interrupted")));
    assertThat(findings).noneMatch(Finding::mustBeMended);
  }

  @Test
  void comparesTheClocksOfTheStores() {
    assertThat(examine(List.of(patientWithClock("redis", 0)))).hasSize(1);
    assertThat(examine(List.of(patientWithClock("redis", 90_000),
        patientWithClock("supabase", 3))).get(2))
        .satisfies(finding -> {
          assertThat(finding.subject()).isEqualTo("clocks");
          assertThat(finding.mustBeMended()).isTrue();
          assertThat(finding.judgement().seen()).contains("redis is 89997 ms ahead of supabase");
        });
  }

  private static boolean isOpen(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void namesTheChecksThatMadeNoSense() {
    List<Finding> findings = examine(List.of(patient("a", check("x", () -> {
      throw new UnavailableException("it is out");
    }), check("y", List::of), check("z", List::of))));
    assertThat(findings.get(1)).isEqualTo(new Finding("a", "all else",
        Judgement.skipped("y, z: first mend what is above")));
  }

  @Test
  void skipsWhatIsNotConfigured() {
    assertThat(examine(List.of(() -> Examination.skipped("redis", "not set")))).containsExactly(
        new Finding("redis", "configured", Judgement.skipped("not set")));
  }
}
