package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis Cluster. Every connected master is asked what it knows of all, since one that is cut off
 * from the others may not know that it was replaced: as in Redis itself, the latest claim to a slot
 * wins. If none is connected, any node will do.
 */
final class Cluster implements Topology {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /** The slot of each bucket. */
  private static final int[] SLOTS = IntStream.range(0, RedisKeys.BUCKETS)
      .map(bucket -> SlotHash.getSlot(RedisKeys.generation(bucket)))
      .toArray();

  private final Connector connector;
  /** All nodes that were heard of lately, then those that the URL names. */
  private Set<Address> known;

  Cluster(Connector connector) {
    this.connector = connector;
    known = new LinkedHashSet<>(connector.url().addresses());
  }

  @Override
  public Layout ask(Collection<Master> connected) {
    List<ClusterView> views = askAll(connected);
    if (views.isEmpty()) {
      views.add(askAny());
    }
    Set<Address> nodes = new LinkedHashSet<>();
    views.forEach(view -> nodes.addAll(view.addresses()));
    nodes.addAll(connector.url().addresses());
    known = nodes;
    return layout(views);
  }

  private List<ClusterView> askAll(Collection<Master> connected) {
    Map<Master, RedisFuture<String>> replies = new LinkedHashMap<>();
    for (Master master : connected) {
      try {
        replies.put(master, master.commands().clusterNodes());
      } catch (UnavailableException e) {
        LOG.debug("The connection has just broken", e);
      }
    }
    List<ClusterView> views = new ArrayList<>();
    replies.forEach((master, reply) -> {
      try {
        views.add(view(master.address(), reply));
      } catch (UnavailableException e) {
        master.disconnect(); // a frozen one would cost this wait each time
      }
    });
    return views;
  }

  private ClusterView askAny() {
    @Nullable UnavailableException failure = null;
    for (Address address : known) {
      try {
        return askOnce(address);
      } catch (UnavailableException e) {
        failure = e;
      }
    }
    throw new UnavailableException("No node of the cluster answers: "
        + (failure == null ? "none is known" : failure.getMessage()));
  }

  private ClusterView askOnce(Address address) {
    StatefulRedisConnection<byte[], byte[]> connection = connector.connect(address);
    try {
      return view(address, connection.async().clusterNodes());
    } finally {
      Connector.close(connection);
    }
  }

  private ClusterView view(Address speaker, RedisFuture<String> reply) {
    try {
      return ClusterView.parse(connector.await("L2 CLUSTER NODES", reply), speaker,
          connector.url().isTLS());
    } catch (UnavailableException e) {
      if (String.valueOf(e.getMessage()).contains("cluster support disabled")) {
        throw new ConfigurationException("REDIS_URL names several servers, but Redis at "
            + speaker + " is not a node of a cluster", e);
      }
      throw e;
    }
  }

  private static Layout layout(List<ClusterView> views) {
    @Nullable Address[] owners = ClusterView.owners(views);
    List<Address> byBucket = new ArrayList<>();
    BitSet unsettled = new BitSet();
    Set<Address> receivers = new HashSet<>();
    for (int bucket = 0; bucket < SLOTS.length; bucket++) {
      int slot = SLOTS[bucket];
      @Nullable Address owner = owners[slot];
      if (owner == null) {
        throw new UnavailableException("No node of the cluster owns slot " + slot);
      }
      byBucket.add(owner);
      for (ClusterView view : views) {
        @Nullable Address receiver = view.migrations().get(slot);
        if (receiver != null) {
          unsettled.set(bucket);
          receivers.add(receiver);
        }
      }
    }
    return new Layout(List.copyOf(byBucket), unsettled, receivers);
  }
}
