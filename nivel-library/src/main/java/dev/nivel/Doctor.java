package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Examination;
import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.NivelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final Listener listener;
  private final List<Finding> findings = new ArrayList<>();
  /** A check that hangs keeps its thread, which does not keep the process. */
  private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
    Thread thread = new Thread(work, "nivel-doctor");
    thread.setDaemon(true);
    return thread;
  });

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
   * Examines everything. Blocks for a second or two, longer if something does not answer: up to
   * twice the deadline of one of its calls, and 5 s at least.
   *
   * @return what was found, in the order of the checks; failures are findings, too
   */
  public static List<Finding> examine(NivelConfig config, Listener listener) {
    return examine(config.examinations(), listener);
  }

  static List<Finding> examine(List<Supplier<Examination>> examinations, Listener listener) {
    Doctor doctor = new Doctor(listener);
    try {
      examinations.forEach(opening -> doctor.examine(opening.get()));
    } finally {
      doctor.threads.shutdownNow();
    }
    return List.copyOf(doctor.findings);
  }

  private void examine(Examination examination) {
    List<String> left = new ArrayList<>();
    boolean hangs = false;
    for (Check check : examination.checks()) {
      Optional<List<Judgement>> judgements = Optional.of(List.of());
      if (!hangs) {
        listener.checking(examination.subject(), check.name());
        judgements = judge(examination, check);
        hangs = judgements.isEmpty();
      }
      List<Judgement> found = judgements.orElseGet(() -> List.of(tooLate(examination)));
      found.forEach(judgement -> report(examination.subject(), check.name(), judgement));
      if (found.isEmpty()) {
        left.add(check.name());
      }
    }
    if (!left.isEmpty()) {
      report(examination.subject(), "all else", Judgement.skipped(
          String.join(", ", left) + ": first mend what is above"));
    }
    close(examination);
  }

  private static Judgement tooLate(Examination examination) {
    return Judgement.mend("no answer within " + examination.checkMax().toMillis() + " ms",
        examination.adviceIfUnavailable());
  }

  /** What a check finds; empty if it takes too long. */
  private Optional<List<Judgement>> judge(Examination examination, Check check) {
    try {
      return await(threads.submit(check.judging()::get), examination.checkMax());
    } catch (ConfigurationException e) { // says what to do
      return Optional.of(List.of(Judgement.mend(e.getMessage(), "")));
    } catch (NivelException e) {
      return Optional.of(List.of(
          Judgement.mend(e.getMessage(), examination.adviceIfUnavailable())));
    }
  }

  private static <T> Optional<T> await(Future<T> work, Duration max) {
    try {
      return Optional.of(work.get(max.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      work.cancel(true);
      return Optional.empty();
    } catch (InterruptedException e) {
      work.cancel(true);
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NivelException known) {
        throw known;
      }
      // In its own words it may quote what must not be shown.
      throw new ConfigurationException("it could not be checked: "
          + String.valueOf(e.getCause()).split("[:\\s]", 2)[0], e);
    }
  }

  private void report(String subject, String check, Judgement judgement) {
    Finding finding = new Finding(subject, check, judgement);
    findings.add(finding);
    listener.found(finding);
  }

  private void close(Examination examination) {
    Check close = new Check("close", () -> {
      examination.close();
      return List.of();
    });
    Optional<List<Judgement>> unused = judge(examination, close); // nothing depends on it
  }
}
