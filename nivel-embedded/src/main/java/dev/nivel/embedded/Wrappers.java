package dev.nivel.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The programs of util-linux that prepare a child and then become it, so its pid stays the same.
 *
 * @param hasSession whether {@code setsid} is there: Ctrl-C in a terminal signals the whole
 *     process group, and the children must outlive the owner's last flush
 * @param hasDeathSignal whether {@code setpriv} is there: the kernel then signals the child when
 *     its owner dies, however that dies
 * @param demotion how a server runs that refuses to be root
 */
record Wrappers(boolean hasSession, boolean hasDeathSignal, Demotion demotion) {
  private static final Logger LOGGER = System.getLogger(Wrappers.class.getName());
  private static final long TRIAL_SECONDS_MAX = 30;

  /** Tries what works here; a program's presence says too little, containers forbid some. */
  static Wrappers available() {
    boolean hasSession = works(List.of("setsid"));
    boolean hasDeathSignal = works(List.of("setpriv", "--pdeathsig", "TERM", "--"));
    if (!hasSession) {
      LOGGER.log(Level.WARNING, "setsid does not work here: Ctrl-C ends the embedded servers at"
          + " the same time as this process");
    }
    if (!hasDeathSignal) {
      LOGGER.log(Level.WARNING, "setpriv --pdeathsig does not work here: the embedded servers"
          + " outlive a killed owner until their data directory is opened again");
    }
    return new Wrappers(hasSession, hasDeathSignal, Demotion.available());
  }

  /** Whether a wrapper runs what it is given. */
  static boolean works(List<String> wrapper) {
    List<String> command = new ArrayList<>(wrapper);
    command.add("true");
    try {
      return new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start()
          .onExit()
          .orTimeout(TRIAL_SECONDS_MAX, TimeUnit.SECONDS)
          .join()
          .exitValue() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  /** The command with its wrappers; the death signal comes last, a change of user clears it. */
  List<String> around(ChildCommand child) {
    List<String> command = new ArrayList<>();
    if (child.isUnprivileged()) {
      command.addAll(demotion.wrapper());
    }
    if (hasSession) {
      command.add("setsid");
    }
    if (hasDeathSignal) {
      command.addAll(List.of("setpriv", "--pdeathsig", child.deathSignal().name(), "--"));
    }
    command.addAll(child.arguments());
    return command;
  }
}
