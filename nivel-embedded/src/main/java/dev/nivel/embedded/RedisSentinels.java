package dev.nivel.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis master with two replicas, watched by three Sentinels, for tests. A dead master is
 * replaced after some two seconds. Thread-safe.
 */
public final class RedisSentinels implements AutoCloseable {
  /** By which name the Sentinels know the master. */
  public static final String MASTER = "nivel";

  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;
  private static final int QUORUM = 2;
  private static final Duration AGREEMENT_MAX = Duration.ofMinutes(2);

  private final List<EmbeddedRedis> servers;
  private final List<EmbeddedSentinel> sentinels;

  private RedisSentinels(List<EmbeddedRedis> servers, List<EmbeddedSentinel> sentinels) {
    this.servers = List.copyOf(servers);
    this.sentinels = List.copyOf(sentinels);
  }

  /**
   * Starts all of them and waits until the Sentinels know each other and the replicas, which takes
   * some seconds. A server that is restarted comes back as what it was at first, as with a
   * configuration file that nobody may write; the Sentinels then see to it.
   *
   * @param settings of each Redis; the name is the beginning of the servers' names
   * @throws EmbeddedServerException when that fails
   */
  public static RedisSentinels start(EmbeddedDirectory directory, RedisSettings settings) {
    String password = settings.password();
    RedisSettings all = settings.withLines("repl-diskless-sync yes", "repl-diskless-sync-delay 0");
    RedisSettings each = password == null ? all : all.withLines("masterauth " + password);
    List<EmbeddedRedis> servers = new ArrayList<>();
    servers.add(EmbeddedRedis.start(directory, each.withName(settings.name() + "-0")));
    int port = servers.get(0).port();
    for (int i = 1; i <= REPLICAS; i++) {
      servers.add(EmbeddedRedis.start(directory, each.withName(settings.name() + "-" + i)
          .withLines("replicaof 127.0.0.1 " + port)));
    }
    List<EmbeddedSentinel> sentinels = new ArrayList<>();
    for (int i = 0; i < SENTINELS; i++) {
      sentinels.add(EmbeddedSentinel.start(directory, settings.name() + "-sentinel-" + i,
          lines(port, password)));
    }
    RedisSentinels watched = new RedisSentinels(servers, sentinels);
    watched.awaitHealth();
    return watched;
  }

  private static List<String> lines(int port, @Nullable String password) {
    List<String> lines = new ArrayList<>(List.of(
        "sentinel monitor " + MASTER + " 127.0.0.1 " + port + " " + QUORUM,
        "sentinel down-after-milliseconds " + MASTER + " 1000",
        "sentinel failover-timeout " + MASTER + " 5000"));
    if (password != null) {
      lines.add("sentinel auth-pass " + MASTER + " " + password);
    }
    return lines;
  }

  /**
   * Waits until each running Sentinel knows all others and both replicas.
   *
   * @throws EmbeddedServerException when that takes over two minutes
   */
  public void awaitHealth() {
    boolean isDone = Wait.until(() -> sentinels.stream()
        .filter(EmbeddedSentinel::isRunning)
        .allMatch(sentinel -> isInformed(sentinel)), AGREEMENT_MAX);
    if (!isDone) {
      throw new EmbeddedServerException("the Sentinels do not know each other after "
          + AGREEMENT_MAX.toMinutes() + " min");
    }
  }

  private static boolean isInformed(EmbeddedSentinel sentinel) {
    String state = ask(sentinel, "INFO", "sentinel");
    return state.contains("status=ok") && state.contains("slaves=" + REPLICAS)
        && state.contains("sentinels=" + SENTINELS);
  }

  /** {@code redis-sentinel://[:password@]127.0.0.1:port,...?sentinelMasterId=nivel}. */
  public String url() {
    String redis = servers.get(0).url();
    return "redis-sentinel" + redis.substring("redis".length(), redis.lastIndexOf("127.0.0.1"))
        + sentinels.stream()
            .map(sentinel -> "127.0.0.1:" + sentinel.port())
            .collect(Collectors.joining(","))
        + "?sentinelMasterId=" + MASTER;
  }

  /** The servers: the one that was made master, then its replicas. */
  public List<EmbeddedRedis> servers() {
    return servers;
  }

  /** The Sentinels. */
  public List<EmbeddedSentinel> sentinels() {
    return sentinels;
  }

  /** The server that the Sentinels say is master now. */
  public EmbeddedRedis master() {
    EmbeddedSentinel asked = sentinels.stream()
        .filter(EmbeddedSentinel::isRunning)
        .findFirst()
        .orElseThrow(() -> new EmbeddedServerException("no Sentinel runs"));
    String answer = ask(asked, "SENTINEL", "get-master-addr-by-name", MASTER);
    return servers.stream()
        .filter(server -> answer.endsWith("$" + server.port()))
        .findFirst()
        .orElseThrow(() -> new EmbeddedServerException("Sentinel says " + answer));
  }

  private static String ask(EmbeddedServer server, String... command) {
    try (RedisWire wire = new RedisWire(server.port())) {
      return wire.ask(command);
    } catch (IOException e) {
      throw new EmbeddedServerException("Sentinel on port " + server.port() + " did not answer",
          e);
    }
  }

  /** Ends all of them. */
  @Override
  public void close() {
    sentinels.forEach(EmbeddedSentinel::close);
    servers.forEach(EmbeddedRedis::close);
  }
}
