package dev.nivel;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HitCounterTest {
  private static final int ADDITIONS = 200_000;
  private final HitCounter counter = new HitCounter();

  /** More threads than cells, so that some share. */
  @Test
  void losesNoAdditionOfThreadsThatAddAtOnce() throws Exception {
    int threads = 100;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Boolean>> additions = IntStream.range(0, threads)
          .<Callable<Boolean>>mapToObj(i -> () -> {
            for (int n = 0; n < ADDITIONS; n++) {
              counter.increment();
            }
            return true;
          })
          .toList();
      for (Future<Boolean> end : executor.invokeAll(additions)) {
        assertThat(end.get()).isTrue();
      }
    } finally {
      executor.shutdown();
    }
    assertThat(counter.sum()).isEqualTo((long) threads * ADDITIONS);
  }

  /** Threads come and go, and take over the cells of those that have ended. */
  @Test
  void losesNoAdditionOfThreadsThatHaveEnded() throws Exception {
    int threads = 500;
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(counter::increment);
      thread.start();
      thread.join();
    }
    assertThat(counter.sum()).isEqualTo(threads);
  }
}
