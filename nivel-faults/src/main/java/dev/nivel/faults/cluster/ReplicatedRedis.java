package dev.nivel.faults.cluster;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.EmbeddedServerException;
import dev.nivel.embedded.RedisCluster;
import dev.nivel.embedded.RedisSentinels;
import dev.nivel.embedded.RedisSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Masters with replicas, of which one takes the place of a lost master. For use by one thread, but
 * for its servers.
 */
public final class ReplicatedRedis implements RedisDeployment {
  private static final RedisSettings SETTINGS = RedisSettings.defaults()
      .withLines("appendfsync no");
  private static final Duration PROMOTION_MAX = Duration.ofSeconds(60);
  private static final Duration HEALTH_MAX = Duration.ofSeconds(60);
  private static final Duration ASKED_AGAIN = Duration.ofMillis(20);
  private static final int ASKED_MAX = 10;

  private final String url;
  /** The servers that have the same data, for each master. */
  private final List<List<EmbeddedRedis>> groups;
  private final Runnable awaitAgreement;

  private ReplicatedRedis(String url, List<List<EmbeddedRedis>> groups, Runnable awaitAgreement) {
    this.url = url;
    this.groups = groups;
    this.awaitAgreement = awaitAgreement;
  }

  static ReplicatedRedis start(EmbeddedDirectory stores, RedisKind kind) {
    if (kind == RedisKind.SENTINEL) {
      RedisSentinels watched = RedisSentinels.start(stores, SETTINGS);
      return new ReplicatedRedis(watched.url(), List.of(watched.servers()),
          watched::awaitHealth);
    }
    RedisCluster cluster = RedisCluster.start(stores, SETTINGS);
    List<List<EmbeddedRedis>> groups = IntStream.range(0, kind.masters())
        .mapToObj(i -> cluster.nodes().get(i))
        .map(node -> List.of(node, cluster.replicaOf(node)))
        .toList();
    return new ReplicatedRedis(cluster.url(), groups, cluster::awaitHealth);
  }

  @Override
  public String url() {
    return url;
  }

  /**
   * Who is master of a part of the data.
   *
   * @throws IllegalStateException if nobody is
   */
  public EmbeddedRedis master(int group) {
    return groups.get(group)
        .stream()
        .filter(ReplicatedRedis::isMaster)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no server is master " + group));
  }

  /** The others that have this part of the data. */
  public List<EmbeddedRedis> others(int group, EmbeddedRedis master) {
    return groups.get(group).stream().filter(server -> !server.equals(master)).toList();
  }

  /**
   * Waits until another server takes the place of a lost master.
   *
   * @throws IllegalStateException if none does
   */
  public EmbeddedRedis awaitPromotion(int group, EmbeddedRedis lost) {
    List<EmbeddedRedis> others = others(group, lost);
    if (!Wait.until(() -> others.stream().anyMatch(ReplicatedRedis::isMaster), PROMOTION_MAX)) {
      throw new IllegalStateException("no replica takes the place of master " + group);
    }
    return others.stream().filter(ReplicatedRedis::isMaster).findFirst().orElseThrow();
  }

  private static boolean isMaster(EmbeddedRedis server) {
    return isAnswering(server) && fact(server, "role").filter("master"::equals).isPresent();
  }

  private static boolean isAnswering(EmbeddedRedis server) {
    return server.isRunning() && !server.isFrozen();
  }

  /** What a server says of its replication under a name. */
  public static Optional<String> fact(EmbeddedRedis server, String name) {
    return replication(server).lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1))
        .findFirst();
  }

  /** Whoever takes another part ends connections, so it is asked again. */
  private static String replication(EmbeddedRedis server) {
    for (int attempt = 1;; attempt++) {
      try {
        return server.ask("INFO", "replication");
      } catch (EmbeddedServerException e) {
        if (attempt == ASKED_MAX) {
          throw e;
        }
        Wait.pause(ASKED_AGAIN);
      }
    }
  }

  @Override
  public void heal() {
    for (EmbeddedRedis server : groups.stream().flatMap(List::stream).toList()) {
      if (server.isRunning()) {
        server.thaw();
      } else {
        server.restart();
      }
    }
    boolean isDone = Wait.until(() -> groups.stream().allMatch(ReplicatedRedis::isComplete),
        HEALTH_MAX);
    if (!isDone) {
      throw new IllegalStateException("the servers of Redis do not become master and replicas");
    }
    awaitAgreement.run();
  }

  /** Whether there is one master, and all others have its data. */
  private static boolean isComplete(List<EmbeddedRedis> group) {
    List<EmbeddedRedis> masters = group.stream().filter(ReplicatedRedis::isMaster).toList();
    return masters.size() == 1 && group.stream()
        .filter(server -> !server.equals(masters.getFirst()))
        .allMatch(server -> isReplica(server, masters.getFirst()));
  }

  private static boolean isReplica(EmbeddedRedis server, EmbeddedRedis master) {
    String port = Integer.toString(master.port());
    return fact(server, "master_port").filter(port::equals).isPresent()
        && fact(server, "master_link_status").filter("up"::equals).isPresent();
  }
}
