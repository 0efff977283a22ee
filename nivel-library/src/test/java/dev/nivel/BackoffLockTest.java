package dev.nivel;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackoffLockTest {
  private static final int THREADS = 4;
  private static final int TURNS = 200_000;

  private final BackoffLock lock = new BackoffLock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int guarded;

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private void increment() {
    for (int turn = 0; turn < TURNS; turn++) {
      lock.lock();
      try {
        guarded++;
      } finally {
        lock.unlock();
      }
    }
  }

  @Test
  void letsOneInAtATime() throws Exception {
    List<? extends Future<?>> callers = IntStream.range(0, THREADS)
        .mapToObj(i -> threads.submit(this::increment))
        .toList();
    for (Future<?> caller : callers) {
      caller.get();
    }
    lock.lock();
    assertThat(guarded).isEqualTo(THREADS * TURNS);
  }

  @Test
  void isNotToBeHadWhileSomebodyHasIt() throws Exception {
    assertThat(lock.tryLock()).isTrue();
    assertThat(threads.submit(lock::tryLock).get()).isFalse();
    lock.unlock();
    assertThat(threads.submit(lock::tryLock).get()).isTrue();
  }

  @Test
  void isHadByWhoeverWaitsForOneWhoTakesItAgainAndAgain() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Future<?> greedy = threads.submit(() -> {
      while (!isOver.get()) {
        lock.lock();
        begun.countDown();
        lock.unlock();
      }
    });
    begun.await();
    for (int turn = 0; turn < 1_000; turn++) {
      lock.lock();
      lock.unlock();
    }
    isOver.set(true);
    greedy.get();
  }

  @Test
  void isHadByTheInterruptedTooWhoStaySo() throws Exception {
    lock.lock();
    CountDownLatch begun = new CountDownLatch(1);
    Future<Boolean> interrupted = threads.submit(() -> {
      Thread.currentThread().interrupt();
      begun.countDown();
      lock.lock();
      return Thread.interrupted();
    });
    begun.await();
    lock.unlock();
    assertThat(interrupted.get()).isTrue();
  }

  @Test
  void isRefusedToWhoHasItAlready() {
    lock.lock();
    assertThatThrownBy(lock::lock).isInstanceOf(IllegalStateException.class);
    assertThat(lock.tryLock()).isFalse();
  }
}
