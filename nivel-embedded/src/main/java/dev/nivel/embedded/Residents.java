package dev.nivel.embedded;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The servers that run in a data directory, whoever started them.
 *
 * <p>They are found by the command lines of all processes. A file with a pid would be weaker
 * evidence: it is not there yet when the owner dies right after the start, and its number may
 * have been given to another process. A command line may be read whoever the process belongs to.
 */
final class Residents {
  private static final Logger LOGGER = System.getLogger(Residents.class.getName());

  private Residents() {}

  static List<ServerProcess> of(Path directory) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .flatMap(pid -> identify(pid, directory).stream())
        .filter(ServerProcess::isRunning)
        .toList();
  }

  /** Ends them all in good order, by force where that takes too long. */
  static void end(Path directory) {
    List<ServerProcess> residents = of(directory);
    List<EmbeddedServerException> failures = new ArrayList<>();
    for (ServerProcess resident : residents) {
      LOGGER.log(Level.INFO, "ending the server in {0} (pid {1})", resident.home(),
          Long.toString(resident.pid()));
      try {
        resident.end();
      } catch (EmbeddedServerException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private static Optional<ServerProcess> identify(long pid, Path directory) {
    CommandLine line = CommandLine.of(pid);
    return line.home()
        .filter(home -> CommandLine.parent(home).equals(directory.toString()))
        .map(home -> ServerProcess.of(pid, line.cleanEnd(),
            directory.resolve(CommandLine.fileName(home))));
  }
}
