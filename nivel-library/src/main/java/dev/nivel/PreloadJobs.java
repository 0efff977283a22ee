package dev.nivel;

import dev.nivel.PreloadJob.State;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Preloads at a given time. Keeps the last 1,000 jobs. Safe for use by several threads. */
final class PreloadJobs {
  private static final int JOBS_MAX = 1_000;

  private final PreloadPath path;
  private final Time time;
  /** By id, oldest first; guarded by this. */
  private final Map<String, Kept> jobs = new LinkedHashMap<>();

  PreloadJobs(PreloadPath path, Time time) {
    this.path = path;
    this.time = time;
  }

  private record Kept(PreloadJob job, List<String> ids) {
    Kept in(State state, List<PreloadReport> reports) {
      return new Kept(new PreloadJob(job.id(), state, job.at(), ids.size(), reports), ids);
    }
  }

  /**
   * Takes on a job.
   *
   * @throws UnavailableException if 1,000 are waiting
   */
  synchronized PreloadJob schedule(List<String> ids, Instant at) {
    if (jobs.size() >= JOBS_MAX && !forgetOneThatEnded()) {
      throw new UnavailableException(JOBS_MAX + " preload jobs are waiting already");
    }
    String id = UUID.randomUUID().toString();
    PreloadJob job = new PreloadJob(id, State.WAITING, at, ids.size(), List.of());
    jobs.put(id, new Kept(job, List.copyOf(ids)));
    return job;
  }

  private boolean forgetOneThatEnded() {
    for (Kept kept : jobs.values()) {
      if (kept.job.state() != State.WAITING && kept.job.state() != State.RUNNING) {
        jobs.remove(kept.job.id());
        return true;
      }
    }
    return false;
  }

  synchronized Optional<PreloadJob> find(String id) {
    return Optional.ofNullable(jobs.get(id)).map(Kept::job);
  }

  /**
   * Cancels a job that has not begun; another stays as it is. Empty if there is none of this id.
   */
  synchronized Optional<PreloadJob> cancel(String id) {
    @Nullable Kept kept = jobs.get(id);
    if (kept != null && kept.job.state() == State.WAITING) {
      jobs.put(id, kept.in(State.CANCELLED, List.of()));
    }
    return find(id);
  }

  /** A turn: runs what is due. */
  void runDue() {
    for (Kept due : takeDue()) {
      try {
        finish(due.in(State.DONE, path.preload(due.ids)));
      } catch (UnavailableException e) {
        finish(due.in(State.FAILED, List.of()));
      }
    }
  }

  private synchronized List<Kept> takeDue() {
    Instant now = Instant.ofEpochMilli(time.millis());
    List<Kept> due = new ArrayList<>();
    for (Kept kept : jobs.values()) {
      if (kept.job.state() == State.WAITING && !kept.job.at().isAfter(now)) {
        due.add(kept);
      }
    }
    due.forEach(kept -> jobs.put(kept.job.id(), kept.in(State.RUNNING, List.of())));
    return due;
  }

  private synchronized void finish(Kept ended) {
    jobs.put(ended.job.id(), ended);
  }
}
