package dev.nivel;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkersTest {
  private static Workers workers(int max) {
    return new Housekeeper().workers("worker", max);
  }

  @Test
  void areTakenAsFarAsTheyAreFreeAndGivenBack() {
    Workers workers = workers(3);
    try (Workers.Crew two = workers.take(2); Workers.Crew rest = workers.take(2)) {
      assertThat(two.size()).isEqualTo(2);
      assertThat(rest.size()).isEqualTo(1);
      try (Workers.Crew none = workers.take(1)) {
        assertThat(none.size()).isZero();
      }
    }
    try (Workers.Crew all = workers.take(9)) {
      assertThat(all.size()).isEqualTo(3);
    }
  }

  @Test
  void areNoneWhereNoneAreAllowedOrWanted() {
    try (Workers.Crew none = workers(0).take(1)) {
      assertThat(none.size()).isZero();
    }
    try (Workers.Crew none = workers(1).take(0)) {
      assertThat(none.size()).isZero();
    }
  }

  @Test
  void haveThreadsOfTheirOwn() {
    try (Workers.Crew crew = workers(1).take(1)) {
      assertThat(CompletableFuture
          .supplyAsync(() -> Thread.currentThread().getName(), crew.threads())
          .join()).isEqualTo("nivel-worker");
    }
  }
}
