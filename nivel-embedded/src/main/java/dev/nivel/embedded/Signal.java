package dev.nivel.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The POSIX signals that this package sends; Java itself only knows TERM and KILL. */
enum Signal {
  /** Ends Redis cleanly. */
  TERM,
  /** Ends PostgreSQL cleanly, without waiting for its clients. */
  INT,
  /** Freezes a process; cannot be ignored. */
  STOP,
  /** Thaws a frozen process. */
  CONT,
  /** Ends a process without its doing. */
  KILL;

  private static final long SENT_SECONDS_MAX = 30;

  /** Sends it to those of the processes that still exist; a negative pid means its group. */
  void send(Collection<Long> pids) {
    if (pids.isEmpty()) {
      return;
    }
    // The shell's own kill, because a container need not have the program.
    List<String> command = new ArrayList<>(
        List.of("/bin/sh", "-c", "kill -s \"$0\" -- \"$@\" 2>/dev/null", name()));
    pids.forEach(pid -> command.add(Long.toString(pid)));
    try {
      new ProcessBuilder(command).start()
          .onExit()
          .orTimeout(SENT_SECONDS_MAX, TimeUnit.SECONDS)
          .join();
    } catch (IOException e) {
      throw new EmbeddedServerException("could not send SIG" + name() + " to " + pids, e);
    }
  }
}
