package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls from a store that is out. CLOSED lets all through, and opens after so many
 * consecutive failures, or so many consecutive slow calls. OPEN lets none through. HALF_OPEN is a
 * trial: the housekeeper makes a few calls of its own, and closes or opens the breaker by their
 * outcome; the callers' calls keep away until then. A call that was let through in an earlier state
 * has no vote, nor has one that found no free connection. What only an operator can mend opens it
 * at once. Safe for use by several threads.
 */
final class Breaker {
  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
  /** A call that takes this share of its deadline is slow. */
  private static final double SLOW_SHARE = 0.8;
  private static final Duration LOOK_AFTER = Duration.ofSeconds(1);
  /** How long a trial may take as a whole, with all that is to be reconciled. */
  private static final Duration TRIAL_MAX = Duration.ofMinutes(5);
  /** How long it stays open if nothing can take the store's place. */
  private static final Duration TIMEOUT_WITHOUT_SUBSTITUTE = Duration.ofMillis(500);

  /**
   * @param failures how many consecutive failures open it
   * @param timeout how long it stays open before a trial
   * @param trials how many calls of a trial must succeed
   * @param callTimeout the deadline of one call
   */
  record Settings(int failures, Duration timeout, int trials, Duration callTimeout) {}

  private final CircuitBreaker breaker;
  private final Settings settings;
  private final Time time;
  private volatile BooleanSupplier hasSubstitute = () -> true;
  private final AtomicInteger consecutiveFailures = new AtomicInteger();
  private final AtomicLong opened = new AtomicLong();
  /** Counts the changes of state, so that votes from an earlier one are told apart. */
  private final AtomicLong era = new AtomicLong();
  private volatile long changedAtNanos;
  private volatile String reason = "";
  private volatile boolean needsOperator;
  /** Whether the last call that had a vote succeeded slowly. */
  private volatile boolean isSlow;
  /** When it began to be out, or to be used again; a trial that fails changes nothing. */
  private volatile Instant since;
  private volatile Supplier<String> effect = () -> "";

  Breaker(CircuitBreakerRegistry registry, String name, Settings settings, Time time) {
    this.settings = settings;
    this.time = time;
    changedAtNanos = time.nanos();
    since = Instant.ofEpochMilli(time.millis());
    breaker = registry.circuitBreaker(name, CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(settings.failures())
        .minimumNumberOfCalls(settings.failures())
        .failureRateThreshold(100)
        .slowCallRateThreshold(100)
        .slowCallDurationThreshold(Duration.ofNanos(slowNanos()))
        .permittedNumberOfCallsInHalfOpenState(settings.trials())
        .build());
    breaker.getEventPublisher().onStateTransition(event -> {
      era.incrementAndGet();
      changedAtNanos = time.nanos();
      if (event.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
        opened.incrementAndGet();
      }
      tell(event.getStateTransition());
    });
  }

  /** One line for each change; a trial that fails, for whatever reason, is none. */
  private void tell(CircuitBreaker.StateTransition transition) {
    boolean isClosedNow = transition.getToState() == CircuitBreaker.State.CLOSED;
    if (!isClosedNow && transition.getFromState() != CircuitBreaker.State.CLOSED) {
      LOG.debug("Breaker of {}: {} ({})", breaker.getName(), transition, reason);
      return;
    }
    since = Instant.ofEpochMilli(time.millis());
    String change = isClosedNow ? "is used again" : "is out";
    if (needsOperator) {
      LOG.error("{} {} until its operator mends this ({}){}", breaker.getName(), change, reason,
          effect.get());
    } else {
      LOG.warn("{} {} ({}){}", breaker.getName(), change, reason, effect.get());
    }
  }

  /** The deadline of one call of the store. */
  Duration callTimeout() {
    return settings.callTimeout();
  }

  /** Names what tells the effect of a change, for the log. */
  void effect(Supplier<String> words) {
    effect = words;
  }

  /**
   * Names what tells whether another store can do the work of this one. While it can't, slow is
   * better than refused, and a trial comes sooner.
   */
  void substitute(BooleanSupplier isThere) {
    hasSubstitute = isThere;
  }

  /** Calls the store, if the breaker is closed. */
  <T> T call(Supplier<T> work) {
    if (!isClosed() || !breaker.tryAcquirePermission()) {
      throw new UnavailableException(breaker.getName() + " is out (breaker "
          + breaker.getState() + " for " + sinceChange().toSeconds() + " s: " + reason + ")");
    }
    long eraBefore = era.get();
    long start = time.nanos();
    try {
      T result = work.get();
      vote(eraBefore, start, null);
      return result;
    } catch (UnavailableException e) {
      if (e.isHarmlessForReads()) {
        breaker.releasePermission();
      } else {
        vote(eraBefore, start, e);
      }
      throw e;
    } catch (ConfigurationException e) {
      boolean isOfNow = era.get() == eraBefore;
      vote(eraBefore, start, e);
      if (isOfNow) {
        openForOperator(e);
      }
      throw e;
    } catch (RuntimeException e) {
      vote(eraBefore, start, null); // the store answered
      throw e;
    }
  }

  private void vote(long eraBefore, long start,
      @Nullable RuntimeException failure) {
    if (era.get() != eraBefore) {
      breaker.releasePermission();
      return;
    }
    long nanos = hasSubstitute.getAsBoolean() ? time.nanos() - start : 0;
    if (failure == null) {
      consecutiveFailures.set(0);
      noteIfSlow(nanos);
      breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
    } else {
      consecutiveFailures.incrementAndGet();
      isSlow = false;
      reason = String.valueOf(failure.getMessage());
      breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
    }
  }

  private void noteIfSlow(long nanos) {
    isSlow = nanos > slowNanos();
    if (isSlow) {
      reason = "calls take over " + TimeUnit.NANOSECONDS.toMillis(slowNanos()) + " ms";
    }
  }

  private long slowNanos() {
    return (long) (settings.callTimeout().toNanos() * SLOW_SHARE);
  }

  /** Whether calls are let through. */
  boolean isClosed() {
    return breaker.getState() == CircuitBreaker.State.CLOSED;
  }

  /** Whether it has been open for so long that a trial is due. */
  boolean isTrialDue() {
    Duration timeout = hasSubstitute.getAsBoolean() ? settings.timeout()
        : TIMEOUT_WITHOUT_SUBSTITUTE;
    return breaker.getState() == CircuitBreaker.State.OPEN
        && sinceChange().compareTo(timeout) >= 0;
  }

  /**
   * Looks whether a store is back that had failed: it need not wait for its trial. One that was
   * slow, or needs its operator, does.
   *
   * @param probe calls it
   * @return whether it is open and that succeeds, in less time than one call may take
   */
  boolean isBack(Runnable probe) {
    if (breaker.getState() != CircuitBreaker.State.OPEN || needsOperator || isSlow
        || sinceChange().compareTo(LOOK_AFTER) < 0) {
      return false;
    }
    long start = time.nanos();
    try {
      probe.run();
      return time.nanos() - start < settings.callTimeout().toNanos();
    } catch (UnavailableException | ConfigurationException e) {
      LOG.debug("{} is not back", breaker.getName(), e);
      return false;
    }
  }

  /**
   * Makes a trial: if all of its calls succeed, and then what must be done before callers come
   * back, the breaker is closed, else it is open again.
   *
   * @param trial one call, given its number from 0 on
   * @param reconcile what must be done before callers come back
   * @return whether the breaker is closed now
   */
  boolean tryToClose(IntConsumer trial, Runnable reconcile) {
    breaker.transitionToHalfOpenState();
    try {
      for (int i = 0; i < settings.trials(); i++) {
        trial.accept(i);
      }
      reconcile.run();
      consecutiveFailures.set(0);
      reason = "a trial succeeded";
      needsOperator = false;
      breaker.transitionToClosedState();
      return true;
    } catch (UnavailableException e) {
      reason = e.getMessage();
      isSlow = false;
      needsOperator = false;
      return false;
    } catch (ConfigurationException e) {
      openForOperator(e);
      return false;
    } finally {
      if (!isClosed()) { // whatever went wrong, HALF_OPEN does not last
        breaker.transitionToOpenState();
      }
    }
  }

  /**
   * Lets a trial go on, if one is under way. Each of its calls has a deadline, but they may be
   * many.
   *
   * @throws UnavailableException if it has taken too long
   */
  void checkTrial() {
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN
        && sinceChange().compareTo(TRIAL_MAX) > 0) {
      throw new UnavailableException("the trial of " + breaker.getName() + " took over "
          + TRIAL_MAX.toSeconds() + " s");
    }
  }

  /** Opens it at once: further calls can't succeed before an operator has mended something. */
  void openForOperator(ConfigurationException e) {
    if (!needsOperator && !isClosed()) {
      LOG.error("{} stays out until its operator mends this: {}", breaker.getName(),
          e.getMessage());
    }
    needsOperator = true;
    open(e.getMessage());
  }

  /** Opens it at once. */
  void open(String why) {
    reason = why;
    if (breaker.getState() != CircuitBreaker.State.OPEN) {
      breaker.transitionToOpenState();
    }
  }

  /** {@code CLOSED}, {@code OPEN} or {@code HALF_OPEN}. */
  String state() {
    return breaker.getState().name();
  }

  /** Why it is out, in words that tell nobody where the store is; the reason has the details. */
  String outline() {
    if (needsOperator) {
      return "it needs its operator";
    }
    return isSlow ? "its calls are too slow" : "its calls fail";
  }

  /** When it began to be out, or to be used again. */
  Instant since() {
    return since;
  }

  private Duration sinceChange() {
    return Duration.ofNanos(time.nanos() - changedAtNanos);
  }

  Metrics.BreakerMetrics counts() {
    return new Metrics.BreakerMetrics(state(), since, consecutiveFailures.get(), opened.get(),
        reason, needsOperator);
  }
}
