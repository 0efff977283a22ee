package dev.nivel.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real Redis Cluster of three masters with a replica each, for tests. A dead master is replaced
 * by its replica after some three seconds. Thread-safe.
 */
public final class RedisCluster implements AutoCloseable {
  /** How many slots the masters share. */
  public static final int SLOTS = 16_384;

  private static final int MASTERS = 3;
  /** From which word on a line of CLUSTER NODES names slots. */
  private static final int SLOT_WORDS = 8;
  private static final int PORTS_TRIED_MAX = 10;
  private static final Duration AGREEMENT_MAX = Duration.ofMinutes(2);

  private final List<EmbeddedRedis> nodes;

  private RedisCluster(List<EmbeddedRedis> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Starts six servers, makes them a cluster and waits until all of them say that it is well, which
   * takes some seconds.
   *
   * @param settings of each server; the name is the beginning of the servers' names
   * @throws EmbeddedServerException when that fails
   */
  public static RedisCluster start(EmbeddedDirectory directory, RedisSettings settings) {
    List<EmbeddedRedis> nodes = new ArrayList<>();
    for (int i = 0; i < 2 * MASTERS; i++) {
      nodes.add(startNode(directory, settings.withName(settings.name() + "-" + i)));
    }
    RedisCluster cluster = new RedisCluster(nodes);
    cluster.introduce();
    return cluster;
  }

  private static EmbeddedRedis startNode(EmbeddedDirectory directory, RedisSettings settings) {
    RedisSettings node = settings.withLines("cluster-enabled yes", "cluster-node-timeout 2000",
        "cluster-config-file nodes.conf", "repl-diskless-sync yes", "repl-diskless-sync-delay 0");
    String password = settings.password();
    if (password != null) {
      node = node.withLines("masterauth " + password);
    }
    for (int attempt = 1;; attempt++) {
      try {
        return EmbeddedRedis.start(directory, node.withPort(FreePort.chooseWithBus()));
      } catch (EmbeddedServerException e) { // somebody was faster with one of its two ports
        if (attempt == PORTS_TRIED_MAX) {
          throw e;
        }
      }
    }
  }

  private void introduce() {
    for (int i = 0; i < MASTERS; i++) {
      List<String> slots = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
          .forEach(slot -> slots.add(Integer.toString(slot)));
      nodes.get(i).ask(slots.toArray(String[]::new));
      nodes.get(i).ask("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    for (EmbeddedRedis node : nodes.subList(1, nodes.size())) {
      nodes.get(0).ask("CLUSTER", "MEET", "127.0.0.1", Integer.toString(node.port()));
    }
    await("know each other", node -> node.ask("CLUSTER", "NODES")
        .lines()
        .filter(line -> line.contains(" connected"))
        .count() == nodes.size());
    for (int i = 0; i < MASTERS; i++) {
      nodes.get(MASTERS + i).ask("CLUSTER", "REPLICATE", id(nodes.get(i)));
    }
    awaitHealth();
  }

  /**
   * Waits until all running nodes say that the cluster is well and each replica has its master.
   *
   * @throws EmbeddedServerException when that takes over two minutes
   */
  public void awaitHealth() {
    await("agree", node -> {
      String info = node.ask("INFO", "replication");
      boolean isLinked = info.contains("role:master") || info.contains("master_link_status:up");
      return isLinked && node.ask("CLUSTER", "INFO").contains("cluster_state:ok");
    });
    await("know their replicas", node -> node.ask("CLUSTER", "NODES")
        .lines()
        .filter(line -> line.contains("slave"))
        .count() == nodes.size() - MASTERS);
  }

  private void await(String what, Predicate<EmbeddedRedis> isSo) {
    boolean isDone = Wait.until(
        () -> nodes.stream().filter(RedisCluster::isAnswering).allMatch(isSo), AGREEMENT_MAX);
    if (!isDone) {
      throw new EmbeddedServerException("the nodes of the cluster do not " + what + " after "
          + AGREEMENT_MAX.toMinutes() + " min");
    }
  }

  /** {@code redis://[:password@]127.0.0.1:port,127.0.0.1:port,...} with all nodes. */
  public String url() {
    return nodes.get(0).url() + nodes.stream()
        .skip(1)
        .map(node -> ",127.0.0.1:" + node.port())
        .collect(Collectors.joining());
  }

  /** All nodes: first those that were made masters, then their replicas in the same order. */
  public List<EmbeddedRedis> nodes() {
    return nodes;
  }

  /**
   * The node that owns a slot, as it says itself.
   *
   * @throws EmbeddedServerException when none does
   */
  public EmbeddedRedis ownerOf(int slot) {
    for (EmbeddedRedis node : nodes) {
      String role = isAnswering(node) ? node.ask("INFO", "replication") : "";
      if (role.contains("role:master") && owned(node).get(slot)) {
        return node;
      }
    }
    throw new EmbeddedServerException("no running master owns slot " + slot);
  }

  private static boolean isAnswering(EmbeddedRedis node) {
    return node.isRunning() && !node.isFrozen();
  }

  /** The replica of a master, as the cluster was made. */
  public EmbeddedRedis replicaOf(EmbeddedRedis master) {
    return nodes.get((nodes.indexOf(master) + MASTERS) % nodes.size());
  }

  private static BitSet owned(EmbeddedRedis node) {
    BitSet owned = new BitSet();
    node.ask("CLUSTER", "NODES")
        .lines()
        .filter(line -> line.contains("myself"))
        .flatMap(line -> Stream.of(line.split(" ", -1)).skip(SLOT_WORDS))
        .filter(word -> !word.startsWith("["))
        .map(word -> word.split("-", 2))
        .forEach(bounds -> owned.set(Integer.parseInt(bounds[0]),
            Integer.parseInt(bounds[bounds.length - 1]) + 1));
    return owned;
  }

  /** The name by which the nodes know one of them. */
  public String id(EmbeddedRedis node) {
    return node.ask("CLUSTER", "MYID").substring(1);
  }

  /** Ends all nodes. */
  @Override
  public void close() {
    nodes.forEach(EmbeddedRedis::close);
  }
}
