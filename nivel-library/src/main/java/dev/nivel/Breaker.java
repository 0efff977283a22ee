package dev.nivel;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
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
 * has no vote. What only an operator can mend opens it at once. Safe for use by several threads.
 */
final class Breaker {
  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
  /** A call that takes this share of its deadline is slow. */
  private static final double SLOW_SHARE = 0.8;
  private static final Duration LOOK_AFTER = Duration.ofSeconds(1);
  /** How long it stays open if nothing can take the store's place. */
  private static final Duration TIMEOUT_WITHOUT_SUBSTITUTE = Duration.ofMillis(500);

  /**
   * @param failures how many consecutive failures open it
   * @param timeout how long it stays open before a trial
   * @param trials how many calls of a trial must succeed
   * @param callTimeout the deadline of one call
   * @param consequence what happens while the store is out, for the log
   */
  record Settings(int failures, Duration timeout, int trials, Duration callTimeout,
      String consequence) {}

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
  private volatile boolean wasSlow;
  /** The last news that the log has. */
  private volatile String told = "";

  Breaker(CircuitBreakerRegistry registry, String name, Settings settings, Time time) {
    this.settings = settings;
    this.time = time;
    changedAtNanos = time.nanos();
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

  /** Trials that fail like the one before are no news. */
  private void tell(CircuitBreaker.StateTransition transition) {
    String news = transition.getToState() + " " + reason;
    if (transition.getToState() == CircuitBreaker.State.HALF_OPEN || news.equals(told)) {
      LOG.debug("Breaker of {}: {} ({})", breaker.getName(), transition, reason);
    } else if (transition.getToState() == CircuitBreaker.State.OPEN) {
      LOG.warn("{} is out ({}): {}", breaker.getName(), reason, settings.consequence());
    } else {
      LOG.warn("{} is used again ({})", breaker.getName(), reason);
    }
    told = transition.getToState() == CircuitBreaker.State.HALF_OPEN ? told : news;
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
      vote(eraBefore, start, e);
      throw e;
    } catch (ConfigurationException e) {
      vote(eraBefore, start, e);
      openForOperator(e);
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
      wasSlow = false;
      reason = String.valueOf(failure.getMessage());
      breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
    }
  }

  private void noteIfSlow(long nanos) {
    wasSlow = nanos > slowNanos();
    if (wasSlow) {
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
    if (breaker.getState() != CircuitBreaker.State.OPEN || needsOperator || wasSlow
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

  /** Opens it at once: further calls can't succeed before an operator has mended something. */
  void openForOperator(ConfigurationException e) {
    if (!needsOperator) {
      LOG.error("{} is paused until its operator mends this: {}", breaker.getName(),
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

  private Duration sinceChange() {
    return Duration.ofNanos(time.nanos() - changedAtNanos);
  }

  Metrics.BreakerMetrics counts() {
    return new Metrics.BreakerMetrics(state(), consecutiveFailures.get(), opened.get(), reason,
        needsOperator);
  }
}
