package dev.nivel.embedded;

import java.nio.file.Path;

/**
 * Owns a data directory in a process of its own, which the tests then kill.
 *
 * <p>On a signal it does what a server does: it uses both stores a last time, then closes them.
 */
final class OwnerProgram {
  private OwnerProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[0]);
    Wrappers available = Wrappers.available();
    Wrappers wrappers = arguments[2].equals("bare")
        ? new Wrappers(false, false, available.demotion())
        : available;
    EmbeddedDirectory directory = EmbeddedDirectory.open(path, Path.of(arguments[1]), wrappers,
        FreePort::choose);
    EmbeddedServers servers = EmbeddedServers.start(directory, RedisSettings.defaults(),
        PostgresSettings.defaults());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> flushAndClose(servers, directory)));
    System.out.println("READY");
    System.out.println(servers.redis().pid());
    System.out.println(servers.redis().port());
    System.out.println(servers.postgres().pid());
    System.out.println(servers.postgres().jdbcUrl());
    System.in.read(); // ends with the process that started this one, at the latest
  }

  private static void flushAndClose(EmbeddedServers servers, EmbeddedDirectory directory) {
    try (RedisWire redis = new RedisWire(servers.redis().port())) {
      System.out.println("REDIS " + redis.ask("PING"));
      System.out.println("POSTGRES " + Sql.ask(servers.postgres().jdbcUrl(), "select 1"));
    } catch (Exception e) { // at the edge of this thread: the test reads what happened
      System.out.println("FAILED " + e);
    }
    servers.close();
    directory.close();
    System.out.println("CLOSED");
  }
}
