package dev.nivel.embedded;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessStateTest {
  @Test
  void readsAProgramWhoseNameLooksLikeTheRest() {
    ProcessState state = ProcessState.parse(stat("12 (a) Z 1) S", 4));
    assertThat(state).isEqualTo(new ProcessState('S', 4, 777));
    assertThat(state.isEnded()).isFalse();
  }

  @Test
  void countsAZombieAsEnded() {
    assertThat(ProcessState.parse(stat("12 (redis-server) Z", 1)).isEnded()).isTrue();
  }

  @Test
  void doesNotCountAZombieAsEndedWhoseThreadsRun() {
    assertThat(ProcessState.parse(stat("12 (redis-server) Z", 3)).isEnded()).isFalse();
  }

  @Test
  void tellsAFrozenProcess() {
    assertThat(ProcessState.parse(stat("12 (redis-server) T", 4)).isStopped()).isTrue();
  }

  @Test
  void readsThisProcess() {
    assertThat(ProcessState.of(ProcessHandle.current().pid())).hasValueSatisfying(state -> {
      assertThat(state.isEnded()).isFalse();
      assertThat(state.threads()).isPositive();
      assertThat(state.startTicks()).isPositive();
    });
  }

  @Test
  void hasNoneOfAProcessThatDoesNotExist() {
    assertThat(ProcessState.of(Long.MAX_VALUE)).isEmpty();
  }

  private static String stat(String start, int threads) {
    return start + " 1 12 12 0 -1 0 0 0 0 0 0 0 0 0 20 0 " + threads + " 0 777 1000 5\n";
  }
}
