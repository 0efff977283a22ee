package dev.nivel.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The arguments of a running process, by which a server is known to work in a directory. */
record CommandLine(List<String> arguments) {
  static final String REDIS = "redis-server";
  static final String REDIS_FILE = "redis.conf";
  static final String POSTGREST = "postgrest";
  static final String POSTGREST_FILE = "postgrest.conf";
  static final String PGBOUNCER = "pgbouncer";
  static final String PGBOUNCER_FILE = "pgbouncer.ini";
  static final String POSTGRES_FILES = "files";
  static final String POSTGRES_FILES_PART = "files.part";

  /** The wrappers count as well: each of them becomes the server without changing its pid. */
  private static final Set<String> PROGRAMS = Set.of(REDIS, "postgres", "initdb", POSTGREST,
      PGBOUNCER, "setsid", "setpriv", "unshare");

  /** The arguments of a process, none when it has ended. */
  static CommandLine of(long pid) {
    try {
      return parse(Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")));
    } catch (IOException e) {
      return new CommandLine(List.of());
    }
  }

  static CommandLine parse(byte[] cmdline) {
    return new CommandLine(List.of(new String(cmdline, StandardCharsets.UTF_8).split("\0")));
  }

  /** The directory of the server that this is, empty when it is no server of this package. */
  Optional<String> home() {
    if (arguments.isEmpty() || !PROGRAMS.contains(fileName(arguments.get(0)))) {
      return Optional.empty();
    }
    return IntStream.range(1, arguments.size())
        .filter(this::isBelowHome)
        .mapToObj(index -> parent(arguments.get(index)))
        .findFirst();
  }

  /** The signal that ends this server in good order. */
  Signal cleanEnd() {
    return arguments.contains("-D") ? Signal.INT : Signal.TERM;
  }

  private boolean isBelowHome(int index) {
    String before = fileName(arguments.get(index - 1));
    String name = fileName(arguments.get(index));
    boolean isRedis = before.equals(REDIS) && name.equals(REDIS_FILE);
    boolean isPostgres = before.equals("-D")
        && (name.equals(POSTGRES_FILES) || name.equals(POSTGRES_FILES_PART));
    boolean isPostgrest = before.equals(POSTGREST) && name.equals(POSTGREST_FILE);
    boolean isPgBouncer = before.equals(PGBOUNCER) && name.equals(PGBOUNCER_FILE);
    return isRedis || isPostgres || isPostgrest || isPgBouncer;
  }

  /** Not by Path, which refuses what another user's process may well have in its arguments. */
  static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
