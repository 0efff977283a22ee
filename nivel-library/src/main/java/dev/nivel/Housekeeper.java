package dev.nivel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns all threads of the library, named {@code nivel-<duty>}. */
final class Housekeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
  private static final Duration WORKER_REST = Duration.ofSeconds(10);

  private final List<Duty> duties = new CopyOnWriteArrayList<>();
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean isClosed;

  /** Work that is done again and again. */
  final class Duty {
    private final String name;
    private final Duration pause;
    private final Supplier<Duration> work;
    private final Thread thread;
    private volatile boolean isWoken;

    private Duty(String name, Duration pause, Supplier<Duration> work) {
      this.name = name;
      this.pause = pause;
      this.work = work;
      thread = thread(name, this::run);
    }

    /** Begins to do it. */
    void start() {
      thread.start();
    }

    /** Has the work done again as soon as possible. */
    void wake() {
      isWoken = true;
      LockSupport.unpark(thread);
    }

    private void run() {
      while (!isClosed) {
        isWoken = false;
        Duration rest = pause;
        try {
          rest = work.get();
        } catch (RuntimeException | Error e) { // the edge of the thread: the duty goes on
          failures.incrementAndGet();
          LOG.error("The duty \"{}\" failed and goes on", name, e);
        }
        rest(rest);
      }
    }

    private void rest(Duration rest) {
      long end = System.nanoTime() + rest.toNanos();
      for (long left = rest.toNanos(); left > 0 && !isWoken
          && !isClosed; left = end - System.nanoTime()) {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  /**
   * A duty on a thread of its own, which {@link Duty#start} starts.
   *
   * @param pause how long it rests between two turns, unless it is woken
   */
  Duty duty(String name, Duration pause, Runnable work) {
    return duty(name, pause, () -> {
      work.run();
      return pause;
    });
  }

  /**
   * A duty that says by itself how long it rests.
   *
   * @param pause how long it rests after a turn that failed in a way that nobody foresaw
   * @param work a turn; returns how long to rest, unless the duty is woken
   */
  Duty duty(String name, Duration pause, Supplier<Duration> work) {
    Duty duty = new Duty(name, pause, work);
    duties.add(duty);
    return duty;
  }

  /**
   * A thread for work that somebody waits for, one piece after another, so that no more is queued
   * than there are who wait. It is there only while there is some and for ten seconds after, also
   * when the duties have ended.
   */
  Executor worker(String name) {
    ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, WORKER_REST.toMillis(),
        TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), work -> thread(name, work));
    worker.allowCoreThreadTimeOut(true);
    return worker;
  }

  /**
   * Threads for work that somebody waits for. They are there only while there is some and for ten
   * seconds after, also when the duties have ended.
   *
   * @param max how many work at a time; 0 or more
   */
  Workers workers(String name, int max) {
    return new Workers(new ThreadPoolExecutor(0, Integer.MAX_VALUE, WORKER_REST.toMillis(),
        TimeUnit.MILLISECONDS, new SynchronousQueue<>(), work -> thread(name, work)), max);
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, "nivel-" + name);
    thread.setDaemon(true);
    return thread;
  }

  /** How often a duty failed in a way that nobody foresaw. */
  long failures() {
    return failures.get();
  }

  /**
   * Lets every duty finish its turn, for five seconds in all at most, and ends their threads. Those
   * of workers end by themselves, ten seconds after their last work.
   */
  @Override
  public void close() {
    isClosed = true;
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    for (Duty duty : new ArrayList<>(duties)) {
      LockSupport.unpark(duty.thread);
      try {
        long leftMillis = Math.max(1, (end - System.nanoTime()) / 1_000_000);
        duty.thread.join(leftMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (duty.thread.isAlive()) {
        duty.thread.interrupt();
      }
    }
  }
}
