package dev.nivel;

import dev.nivel.store.ClockDifference;
import dev.nivel.store.Examination;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Examines what Nivel stands on: Redis, Supabase and the data directory, as configured. It changes
 * nothing but a key in Redis that expires within a minute. Used by one thread.
 *
 * <p>Each check has a deadline. Of what does not keep it, nothing more is asked; the others have
 * their turn.
 */
public final class Doctor {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final Listener listener;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, ClockDifference> clocks = new LinkedHashMap<>();

  /** Hears how far an examination has come. */
  public interface Listener {
    /** A check begins. */
    void checking(String subject, String check);

    /** Something was found. */
    void found(Finding finding);
  }

  private Doctor(Listener listener) {
    this.listener = listener;
  }

  /**
   * Examines everything. Blocks for a second or two; longer if something is slow or does not answer
   * at all: each check has a deadline, seconds mostly, of which {@code REDIS_TIMEOUT_MS} and {@code
   * SUPABASE_TIMEOUT_MS} decide. If it is interrupted, what is left is skipped.
   *
   * @return what was found, in the order of the checks; failures are findings, too
   */
  public static List<Finding> examine(NivelConfig config, Listener listener) {
    return examine(config.examinations(), listener);
  }

  static List<Finding> examine(List<Supplier<Examination>> examinations, Listener listener) {
    Doctor doctor = new Doctor(listener);
    examinations.forEach(doctor::examine);
    ClockDifference.judgement(doctor.clocks)
        .ifPresent(judgement -> doctor.report("clocks", "of the stores", judgement));
    return List.copyOf(doctor.findings);
  }

  private void examine(Supplier<Examination> opening) {
    Examination examination;
    try {
      examination = opening.get();
    } catch (NivelException e) {
      report("configuration", "settings",
          Judgement.mend(e.getMessage(), "see nivel config, and the table in README.md"));
      return;
    } catch (RuntimeException e) { // of whichever library is to go there
      report("configuration", "settings", unknown(e));
      return;
    }
    try (Turn turn = new Turn(examination)) {
      turn.examine();
    }
  }

  private void report(String subject, String check, Judgement judgement) {
    Finding finding = new Finding(subject, check, judgement);
    findings.add(finding);
    listener.found(finding);
  }

  /** In its own words it may quote what must not be shown. */
  private static Judgement unknown(Throwable failure) {
    return Judgement.mend("it could not be checked: " + failure.getClass().getSimpleName(),
        "see that the settings name what is there; if they do, report this as a fault of Nivel");
  }

  /** One examination, on a thread of its own. */
  private final class Turn implements AutoCloseable {
    private final Examination examination;
    /** A check that hangs keeps it, and what is to be closed after it; neither the process. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
      Thread made = new Thread(work, "nivel-doctor");
      made.setDaemon(true);
      return made;
    });
    /** Whether a check was given up, so that the thread may still be at it. */
    private boolean isOver;
    private String whyNotAll = "first mend what is above";

    Turn(Examination examination) {
      this.examination = examination;
    }

    void examine() {
      List<String> left = new ArrayList<>();
      for (Check check : examination.checks()) {
        List<Judgement> found = isOver ? List.of() : judge(check);
        found.forEach(judgement -> report(examination.subject(), check.name(), judgement));
        if (found.isEmpty()) {
          left.add(check.name());
        }
      }
      if (!left.isEmpty()) {
        report(examination.subject(), "all else", Judgement.skipped(
            String.join(", ", left) + ": " + whyNotAll));
      }
      if (!isOver) {
        clocks.putAll(examination.clocks());
      }
    }

    private List<Judgement> judge(Check check) {
      listener.checking(examination.subject(), check.name());
      Future<List<Judgement>> work = thread.submit(check.judging()::get);
      try {
        return work.get(check.max().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        giveUp(work);
        return List.of(failed(new UnavailableException(
            "no answer within " + check.max().toMillis() + " ms", Outcome.UNKNOWN, e)));
      } catch (InterruptedException e) {
        giveUp(work);
        Thread.currentThread().interrupt();
        whyNotAll = "the examination was interrupted";
        return List.of(Judgement.skipped(whyNotAll));
      } catch (ExecutionException e) {
        return List.of(e.getCause() instanceof NivelException known ? failed(known)
            : unknown(e.getCause() == null ? e : e.getCause()));
      }
    }

    private Judgement failed(NivelException failure) {
      return Judgement.mend(failure.getMessage(), examination.advice(failure));
    }

    private void giveUp(Future<?> work) {
      isOver = true;
      work.cancel(true);
    }

    /** What was opened is closed after the last check, however long that hangs. */
    @Override
    public void close() {
      Future<?> closing = thread.submit(examination::close);
      thread.shutdown();
      if (isOver) {
        return;
      }
      try {
        closing.get(CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        // nothing depends on it
      }
    }
  }
}
