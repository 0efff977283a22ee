package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How the doctor goes on whatever happens. */
class DoctorTest {
  private static final Judgement WELL = Judgement.ok("well");

  private final List<String> heard = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();

  /** Something to be examined, within a time. */
  private record Patient(String subject, Duration checkMax, List<Check> checks, List<String> closed)
      implements
        Examination {
    @Override
    public String adviceIfUnavailable() {
      return "start it";
    }

    @Override
    public void close() {
      closed.add(subject);
    }
  }

  private Supplier<Examination> patient(String subject, Check... checks) {
    return () -> new Patient(subject, Duration.ofMinutes(2), List.of(checks), closed);
  }

  private static Check check(String name, Supplier<List<Judgement>> judging) {
    return new Check(name, judging);
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
        new Finding("a", "y", Judgement.mend("set this", "")),
        new Finding("a", "z", WELL));
  }

  @Test
  void namesOnlyTheKindOfAFailureThatItDoesNotKnow() {
    List<Finding> findings = examine(List.of(patient("a", check("x", () -> {
      throw new IllegalStateException("password=s3cret");
    })), patient("b", check("y", () -> List.of(WELL)))));
    assertThat(findings.get(0).judgement().seen()).contains("IllegalStateException")
        .doesNotContain("s3cret");
    assertThat(findings.get(1).judgement()).isEqualTo(WELL);
  }

  @Test
  void leavesWhatHangsAloneAndExaminesTheOthers() {
    CountDownLatch never = new CountDownLatch(1);
    Supplier<Examination> hanging = () -> new Patient("a", Duration.ofMillis(50),
        List.of(check("x", () -> {
          boolean isOver = false;
          while (!isOver) { // as a driver that can't be interrupted
            isOver = isOpen(never);
          }
          return List.of(WELL);
        }), check("y", () -> List.of(WELL)), check("z", () -> List.of(WELL))), closed);
    List<Finding> findings = examine(
        List.of(hanging, patient("b", check("v", () -> List.of(WELL)))));
    never.countDown();
    assertThat(findings).containsExactly(
        new Finding("a", "x", Judgement.mend("no answer within 50 ms", "start it")),
        new Finding("a", "all else", Judgement.skipped("y, z: first mend what is above")),
        new Finding("b", "v", WELL));
    assertThat(heard).doesNotContain("a y");
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
