package dev.nivel.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A server and the processes it started, known by pid and start time. Immutable.
 *
 * @param pid the process that started the others
 * @param startTicks its start time in the kernel's own count, -1 when it had ended before
 * @param cleanEnd the signal that ends it in good order
 * @param home the server's directory
 */
record ServerProcess(long pid, long startTicks, Signal cleanEnd, Path home) {
  private static final Duration CLEAN_END_MAX = Duration.ofSeconds(30);
  private static final Duration KERNEL_MAX = Duration.ofSeconds(30);

  static ServerProcess of(long pid, Signal cleanEnd, Path home) {
    long startTicks = ProcessState.of(pid).map(ProcessState::startTicks).orElse(-1L);
    return new ServerProcess(pid, startTicks, cleanEnd, home);
  }

  boolean isRunning() {
    return ProcessState.of(pid)
        .filter(state -> state.startTicks() == startTicks)
        .filter(state -> !state.isEnded())
        .isPresent();
  }

  /** Stops all of its processes and waits until they have. */
  void freeze() {
    stopFirst();
    List<Long> others = descendants();
    Signal.STOP.send(others);
    Wait.until(() -> others.stream().allMatch(ServerProcess::isStill), KERNEL_MAX);
  }

  void thaw() {
    Signal.CONT.send(family());
  }

  /** Ends all of its processes at once and waits until they are gone. */
  void kill() {
    if (!isRunning()) {
      return;
    }
    stopFirst();
    List<ServerProcess> family = family().stream().map(each -> of(each, cleanEnd, home)).toList();
    Signal.KILL.send(family.stream().map(ServerProcess::pid).toList());
    if (!Wait.until(() -> family.stream().noneMatch(ServerProcess::isRunning), KERNEL_MAX)) {
      throw new EmbeddedServerException("the server in " + home + " (pid " + pid
          + ") is still there " + KERNEL_MAX.toSeconds() + " s after SIGKILL");
    }
  }

  /** Ends it in good order, also when it is frozen; by force when that takes over 30 seconds. */
  void end() {
    if (!isRunning()) {
      return;
    }
    thaw();
    cleanEnd.send(List.of(pid));
    if (!Wait.until(() -> !isRunning(), CLEAN_END_MAX)) {
      kill();
    }
  }

  /** A stopped process forks no further ones, so a list of its descendants then is complete. */
  private void stopFirst() {
    Signal.STOP.send(List.of(pid));
    Wait.until(() -> isStill(pid), KERNEL_MAX);
  }

  private static boolean isStill(long pid) {
    return ProcessState.of(pid).map(state -> state.isStopped() || state.isEnded()).orElse(true);
  }

  private List<Long> family() {
    List<Long> family = new ArrayList<>(descendants());
    family.add(pid);
    return family;
  }

  private List<Long> descendants() {
    return ProcessHandle.of(pid)
        .map(handle -> handle.descendants().map(ProcessHandle::pid).toList())
        .orElse(List.of());
  }
}
