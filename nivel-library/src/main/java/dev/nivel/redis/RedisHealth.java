package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.L2;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the masters, connects to each, and finds out whether it is fit to be used. Used by one
 * thread at a time, but for what is said of the last turn.
 *
 * <p>A turn asks who the masters are, then for each: whether it still is one and which life its
 * data come from, whether it takes and returns a canary, and whether its change channel has been
 * heard up to the beginning of the turn. One that fails does not keep the others from their turn.
 */
final class RedisHealth implements AutoCloseable {
  private static final Duration CANARY_TTL = Duration.ofMinutes(1);

  /** How long it may be unknown who the masters are: as long as L1 may answer unheard. */
  private static final Duration LAYOUT_AGE_MAX = Duration.ofSeconds(3);

  private final Connector connector;
  private final RedisLink link;
  private final Generations generations;
  private final Time time;
  private final Topology topology;
  private final long neverNanos;
  private final Map<Master, Subscription> subscriptions = new HashMap<>();
  private final String canary = UUID.randomUUID().toString();
  private volatile L2.Listener listener = L2.Listener.NONE;
  private volatile Turn last;
  /** When it was asked last who the masters are, with success. Used by the probing thread only. */
  private long askedNanos;

  /**
   * What a turn found.
   *
   * @param areAllWell whether all masters were
   * @param heardAtNanos then: up to when all have been heard
   * @param layout the last that was told
   */
  private record Turn(boolean areAllWell, long heardAtNanos, Topology.Layout layout) {}

  RedisHealth(Connector connector, RedisLink link, Generations generations, Time time) {
    this.connector = connector;
    this.link = link;
    this.generations = generations;
    this.time = time;
    topology = Topology.of(connector);
    neverNanos = Master.never(time);
    last = new Turn(false, neverNanos, Topology.Layout.NONE);
    askedNanos = neverNanos;
  }

  void listen(L2.Listener hearing) {
    listener = hearing;
    link.onDoubt(hearing::disconnected);
    generations.onNew(hearing::generationStarted);
    generations.onMove(hearing::changesMissed);
  }

  /** See {@link L2#probe}. */
  void probe(boolean isAnew) {
    if (isAnew) {
      link.masters().values().forEach(Master::disconnect);
    }
    long startNanos = time.nanos();
    Topology.Layout layout = last.layout();
    @Nullable NivelException failure = null;
    try {
      layout = ask();
      use(layout);
      failure = tendAll(layout, startNanos);
    } catch (UnavailableException | ConfigurationException e) {
      failure = e;
    }
    last = new Turn(failure == null, startNanos, layout);
    if (failure != null) {
      throw failure;
    }
  }

  /** Who the masters are. If that has been unknown for long, others may be masters by now. */
  private Topology.Layout ask() {
    try {
      Topology.Layout layout = topology.ask(connected());
      askedNanos = time.nanos();
      return layout;
    } catch (UnavailableException e) {
      if (time.nanos() - askedNanos > LAYOUT_AGE_MAX.toNanos()) {
        link.masters().values().forEach(Master::disconnect);
      }
      throw e;
    }
  }

  private List<Master> connected() {
    return link.masters().values().stream().filter(Master::isConnected).toList();
  }

  /** What is wrong with some master, and above all what only an operator can mend. */
  private @Nullable NivelException tendAll(Topology.Layout layout, long startNanos) {
    @Nullable NivelException failure = null;
    for (Master master : connectedFirst()) {
      try {
        tend(master, layout);
        master.heard(startNanos);
      } catch (UnavailableException e) {
        failure = failure == null ? e : failure;
      } catch (ConfigurationException e) {
        failure = e;
      }
    }
    return failure;
  }

  private void use(Topology.Layout layout) {
    Set<Address> addresses = new HashSet<>(layout.owners());
    addresses.addAll(layout.receivers());
    Map<Address, Master> present = new HashMap<>();
    addresses.forEach(address -> {
      @Nullable Master known = link.masters().get(address);
      present.put(address, known != null ? known : new Master(address, connector, time));
    });
    List<Master> gone = new ArrayList<>(link.masters().values());
    gone.removeAll(present.values());
    link.use(present);
    gone.forEach(this::giveUp);
  }

  private void giveUp(Master master) {
    master.close();
    @Nullable Subscription subscription = subscriptions.remove(master);
    if (subscription != null) {
      subscription.close();
    }
  }

  /** Those that must be waited for, perhaps in vain, come last. */
  private List<Master> connectedFirst() {
    return link.masters()
        .values()
        .stream()
        .sorted(Comparator.comparing(master -> !master.isConnected()))
        .toList();
  }

  private void tend(Master master, Topology.Layout layout) {
    BitSet buckets = layout.bucketsOf(master.address());
    try {
      if (master.isConnected()) {
        examine(master, master.commands(), buckets);
      } else {
        master.connect(commands -> examine(master, commands, buckets), listener::disconnected);
      }
    } catch (UnavailableException | ConfigurationException e) {
      if (Redirection.of(RedisErrors.replyIn(e), master.address()) == null) {
        master.disconnect(); // what it says must not be believed, or it is half dead
      }
      throw e;
    }
    buckets.andNot(layout.unsettled());
    if (!buckets.isEmpty()) {
      sendCanary(master, buckets.nextSetBit(0));
    }
    subscriptions.computeIfAbsent(master, of -> new Subscription(of, connector, () -> listener))
        .ensure();
  }

  private void examine(Master master, RedisAsyncCommands<byte[], byte[]> commands,
      BitSet buckets) {
    ServerFacts facts = new ServerFacts(connector.await("L2 INFO", commands.info()));
    facts.check();
    if (facts.isOfCluster() && connector.url().kind() != RedisUrl.Kind.CLUSTER) {
      throw new ConfigurationException("Redis at " + master + " is a node of a cluster; set"
          + " REDIS_URL to several of its nodes, separated by commas");
    }
    master.learn(facts);
    master.measureClock(commands);
    generations.verify(master, commands, buckets);
  }

  /** A server may answer and yet refuse to write, or lose what it is told. */
  private void sendCanary(Master master, int bucket) {
    RedisAsyncCommands<byte[], byte[]> commands = master.commands();
    byte[] key = RedisKeys.canary(bucket, canary);
    String song = UUID.randomUUID().toString();
    try {
      connector.await("L2 canary", commands.set(key, RedisKeys.ascii(song),
          SetArgs.Builder.px(CANARY_TTL)));
      byte @Nullable [] heard = connector.await("L2 canary", commands.get(key));
      if (heard == null || !RedisKeys.text(heard).equals(song)) {
        throw new UnavailableException("Redis does not return what was written to it");
      }
    } catch (UnavailableException e) {
      if (e.outcome() == Outcome.UNKNOWN) {
        master.disconnect();
      }
      throw e;
    }
  }

  /** See {@link L2#heardAtNanos()}. */
  long heardAtNanos() {
    Turn turn = last;
    return turn.areAllWell() ? turn.heardAtNanos() : neverNanos;
  }

  /** See {@link L2#heardAtNanos(String)}. */
  long heardAtNanos(String conversation) {
    Turn turn = last;
    if (turn.areAllWell()) {
      return turn.heardAtNanos();
    }
    int bucket = RedisKeys.bucket(conversation);
    if (!turn.layout().unsettled().get(bucket)) {
      return generations.masterOf(bucket)
          .filter(master -> master.address().equals(turn.layout().owners().get(bucket)))
          .map(Master::heardAtNanos)
          .orElse(neverNanos);
    }
    return link.masters()
        .values()
        .stream()
        .map(Master::heardAtNanos)
        .min(Comparator.comparingLong(nanos -> nanos - neverNanos))
        .orElse(neverNanos);
  }

  /** The clock of the masters that is furthest ahead, minus this machine's; milliseconds. */
  long clockOffsetMillis() {
    long greatest = Long.MIN_VALUE;
    for (Master master : link.masters().values()) {
      if (master.clock().isMeasured()) {
        greatest = Math.max(greatest, master.clock().offsetMillis());
      }
    }
    return greatest == Long.MIN_VALUE ? 0 : greatest;
  }

  long usedMemoryBytes() {
    return link.masters().values().stream().mapToLong(of -> of.facts().usedMemoryBytes()).sum();
  }

  @Override
  public void close() {
    listener = L2.Listener.NONE;
    List.copyOf(link.masters().values()).forEach(this::giveUp);
    topology.close();
  }
}
