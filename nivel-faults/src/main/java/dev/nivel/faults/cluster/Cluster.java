package dev.nivel.faults.cluster;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.faults.proxy.FaultProxy;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis, a real PostgreSQL and servers of Nivel, each server behind proxies of its own, but
 * for a Redis of several servers. It outlives a run: what a run has killed, its end starts again.
 * For use by one thread, but each server, store and proxy may be used by another.
 */
public final class Cluster implements AutoCloseable {
  /** How many servers there may be. */
  public static final int NODES_MAX = 3;

  private final Path directory;
  private final EmbeddedDirectory stores;
  private final RedisDeployment redis;
  private final EmbeddedPostgres postgres;
  /** None before a Redis of several servers, which name themselves to whoever asks. */
  private final List<FaultProxy> redisProxies = new ArrayList<>();
  private final List<FaultProxy> postgresProxies = new ArrayList<>();
  private final List<ServerNode> nodes = new ArrayList<>();
  /** Of the servers' data directories; none if they can't be mounted. */
  private final List<SmallDisk> disks = new ArrayList<>();
  private @Nullable NodeSettings settings;

  private Cluster(Path directory, RedisKind kind) {
    this.directory = directory;
    stores = EmbeddedDirectory.open(directory.resolve("stores"));
    redis = kind == RedisKind.SINGLE ? SingleRedis.start(stores, directory.resolve("older"))
        : ReplicatedRedis.start(stores, kind);
    postgres = EmbeddedPostgres.start(stores,
        PostgresSettings.defaults().withParameter("fsync", "off"));
    for (int i = 0; i < NODES_MAX; i++) {
      if (redis instanceof SingleRedis single) {
        redisProxies.add(FaultProxy.beforeRedis(single.server().port()));
      }
      postgresProxies.add(FaultProxy.before(postgres.port()));
      nodes.add(new ServerNode(directory.resolve("node-" + i), directory.resolve("serve.jsa"), i,
          Map.of()));
    }
    if (SmallDisk.refusal().isEmpty()) {
      nodes.forEach(node -> disks.add(SmallDisk.mount(dataDirectory(node))));
    }
  }

  private Path dataDirectory(ServerNode node) {
    return directory.resolve("node-" + node.number()).resolve("nivel");
  }

  /** Starts the stores; {@link #use} starts servers. */
  public static Cluster start(Path directory) {
    return start(directory, RedisKind.SINGLE);
  }

  /** The same with another Redis than one server. */
  public static Cluster start(Path directory, RedisKind kind) {
    return new Cluster(directory, kind);
  }

  /** Starts the servers that a run wants, anew if others were running. */
  public void use(NodeSettings wanted) {
    use(wanted, Map.of());
  }

  /** The same with variables that take the place of those of the settings. */
  public void use(NodeSettings wanted, Map<String, String> more) {
    if (!wanted.equals(settings)) {
      nodes.forEach(ServerNode::end);
      settings = wanted;
    }
    for (ServerNode node : nodes()) {
      Map<String, String> environment = new HashMap<>(
          wanted.environment(redisUrl(node),
              through(postgresProxies.get(node.number()), postgres.url()),
              dataDirectory(node).toString()));
      environment.putAll(more);
      node.use(environment);
      node.start();
    }
  }

  private String redisUrl(ServerNode node) {
    return redisProxies.isEmpty() ? redis.url()
        : through(redisProxies.get(node.number()), redis.url());
  }

  private static String through(FaultProxy proxy, String url) {
    return url.replaceFirst(":\\d+(/|$)", ":" + proxy.port() + "$1");
  }

  /** The servers that serve. */
  public List<ServerNode> nodes() {
    return nodes.subList(0, settings == null ? 0 : settings.nodes());
  }

  /**
   * Redis.
   *
   * @throws IllegalStateException if it has several servers
   */
  public EmbeddedRedis redis() {
    return singleRedis().server();
  }

  /**
   * Redis and its files.
   *
   * @throws IllegalStateException if it has several servers
   */
  public SingleRedis singleRedis() {
    if (redis instanceof SingleRedis single) {
      return single;
    }
    throw new IllegalStateException("Redis has several servers");
  }

  /**
   * The masters and replicas of Redis.
   *
   * @throws IllegalStateException if it has none
   */
  public ReplicatedRedis replicatedRedis() {
    if (redis instanceof ReplicatedRedis replicated) {
      return replicated;
    }
    throw new IllegalStateException("Redis has no replicas");
  }

  /** PostgreSQL. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** The proxy between a server and Redis. */
  public FaultProxy redisProxy(int node) {
    return redisProxies.get(node);
  }

  /** The proxy between a server and PostgreSQL. */
  public FaultProxy postgresProxy(int node) {
    return postgresProxies.get(node);
  }

  /** How many replies of Redis have changed places so far. */
  public long swaps() {
    return redisProxies.stream().mapToLong(FaultProxy::swaps).sum();
  }

  /**
   * The disk that a server has its data directory on.
   *
   * @throws IllegalStateException if {@link SmallDisk#refusal} says why there is none
   */
  public SmallDisk disk(int node) {
    if (disks.isEmpty()) {
      throw new IllegalStateException("there are no disks of their own for the servers");
    }
    return disks.get(node);
  }

  /**
   * Heals everything: proxies let pass, disks have room, clocks are right, what is frozen goes on,
   * what is dead is started.
   */
  public void heal() {
    disks.forEach(SmallDisk::free);
    nodes.forEach(node -> node.jumpClock(Duration.ZERO));
    redisProxies.forEach(FaultProxy::heal);
    postgresProxies.forEach(FaultProxy::heal);
    redis.heal();
    heal(postgres.isRunning(), postgres::thaw, postgres::restart);
    for (ServerNode node : nodes()) {
      heal(node.isRunning(), node::thaw, node::start);
    }
  }

  private static void heal(boolean isRunning, Runnable thaw, Runnable start) {
    if (isRunning) {
      thaw.run();
    } else {
      start.run();
    }
  }

  /** A server with nothing in memory, in this process and past all proxies. */
  public Witness witness() {
    return Witness.start(new NodeSettings(1, 100, 3_600, 300, false).environment(redis.url(),
        postgres.url(), directory.resolve("witness").toString()));
  }

  /** Where everything keeps its files and logs. */
  public Path directory() {
    return directory;
  }

  /** Kills the servers and ends the stores. */
  @Override
  public void close() {
    nodes.forEach(ServerNode::close);
    disks.forEach(SmallDisk::close);
    disks.clear();
    redisProxies.forEach(FaultProxy::close);
    postgresProxies.forEach(FaultProxy::close);
    try {
      stores.close();
    } catch (UncheckedIOException e) {
      throw new IllegalStateException("the stores in " + directory + " do not end", e);
    }
  }
}
