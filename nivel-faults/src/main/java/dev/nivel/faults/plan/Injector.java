package dev.nivel.faults.plan;

import dev.nivel.embedded.EmbeddedServer;
import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.ServerNode;
import dev.nivel.faults.cluster.SmallDisk;
import dev.nivel.faults.cluster.Supabase;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.proxy.Direction;
import dev.nivel.faults.proxy.FaultProxy;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Does to a cluster what is planned. Safe for use by several threads, one for each fault. */
public final class Injector {
  /** How long a copy of Redis's files is to age before it is put back. */
  private static final Duration AGE = Duration.ofMillis(250);
  private static final Duration POINT_PATIENCE = Duration.ofMillis(1_500);
  private static final Duration FILLED_EACH = Duration.ofMillis(2);

  /** No news of other servers may be older on a server that is awake. */
  private static final Duration LONG_PAUSE = Duration.ofMillis(3_100);
  /** So long before its end those ask who want to be the first to be answered. */
  private static final Duration ASKED_BEFORE = Duration.ofMillis(100);

  /** How the paths of PostgREST's functions begin that write. */
  private static final String WRITES = "/rpc/rest_write_";

  private final Cluster cluster;
  private final IntConsumer beforeWaking;
  private final Consumer<Promotion> afterPromotion;

  /**
   * An injector for a cluster.
   *
   * @param beforeWaking is told, shortly before, which server goes on after a long pause
   * @param afterPromotion is told that a lost master of Redis is replaced, and may wait until the
   *     servers of Nivel go on; some masters come back only then
   */
  public Injector(Cluster cluster, IntConsumer beforeWaking,
      Consumer<Promotion> afterPromotion) {
    this.cluster = cluster;
    this.beforeWaking = beforeWaking;
    this.afterPromotion = afterPromotion;
  }

  /**
   * Waits for a fault's time, has it happen, and heals it.
   *
   * @return when its healing began, as {@link System#nanoTime} has it; that of a lost master
   *     begins when it is replaced
   */
  public long carryOut(Planned fault) {
    Wait.pause(fault.at());
    if (fault.kind().target() == FaultKind.Target.MASTER) {
      return new MasterLoss(cluster.replicatedRedis(), fault).carryOut(afterPromotion);
    }
    begin(fault);
    hold(fault);
    long healed = System.nanoTime();
    heal(fault);
    return healed;
  }

  private void begin(Planned fault) {
    switch (fault.kind().target()) {
      case NIVEL -> beginNivel(fault, cluster.nodes().get(fault.node()));
      case DISK -> cluster.disk(fault.node()).fill();
      case CLOCK -> cluster.nodes()
          .get(fault.node())
          .jumpClock(Duration.ofMillis(fault.amount()));
      case REDIS -> beginRedis(fault);
      case POSTGRES -> begin(cluster.postgres(), fault);
      case REST -> begin(cluster.supabase().rest(), fault);
      case REDIS_LINK -> proxies(fault, cluster::redisProxy,
          proxy -> disturb(proxy, fault));
      case POSTGRES_LINK -> proxies(fault, cluster::supabaseProxy,
          proxy -> disturb(proxy, fault));
      case MASTER -> throw notInParts(fault);
    }
  }

  private static IllegalArgumentException notInParts(Planned fault) {
    return new IllegalArgumentException(fault + " begins and ends with a server of its own");
  }

  private void hold(Planned fault) {
    boolean isLongPause = fault.kind() == FaultKind.NIVEL_FREEZE
        && fault.lasting().compareTo(LONG_PAUSE) > 0;
    if (fault.kind() == FaultKind.DISK_FULL) {
      holdFull(fault);
    } else if (fault.kind() == FaultKind.REDIS_SWAP && fault.amount() > 0) {
      long before = cluster.swaps();
      Wait.until(() -> cluster.swaps() - before >= fault.amount(), fault.lasting());
    } else if (isLongPause) {
      Wait.pause(fault.lasting().minus(ASKED_BEFORE));
      beforeWaking.accept(fault.node());
      Wait.pause(ASKED_BEFORE);
    } else {
      Wait.pause(fault.lasting());
    }
  }

  /** What is deleted meanwhile leaves no room. */
  private void holdFull(Planned fault) {
    SmallDisk disk = cluster.disk(fault.node());
    long end = System.nanoTime() + fault.lasting().toNanos();
    while (System.nanoTime() - end < 0) {
      disk.fill();
      Wait.pause(FILLED_EACH);
    }
  }

  private static void beginNivel(Planned fault, ServerNode node) {
    switch (fault.kind()) {
      case NIVEL_TERM -> node.end();
      case NIVEL_FREEZE -> node.freeze();
      case NIVEL_POINT -> {
        node.kill();
        node.startUpTo(fault.point());
        if (!node.awaitEnd(POINT_PATIENCE)) { // it was not reached
          node.kill();
        }
      }
      default -> node.kill();
    }
  }

  private void beginRedis(Planned fault) {
    switch (fault.kind()) {
      case REDIS_FREEZE -> cluster.redis().freeze();
      case REDIS_FLUSH -> cluster.singleRedis().flush();
      case REDIS_OLD -> {
        cluster.singleRedis().keepFiles();
        Wait.pause(AGE);
        cluster.singleRedis().restoreFiles();
      }
      case REDIS_EMPTY -> {
        cluster.redis().kill();
        cluster.redis().deleteFiles();
      }
      case REDIS_BLINK -> {
        cluster.redis().kill();
        cluster.redis().restart();
      }
      default -> cluster.redis().kill();
    }
  }

  private static void begin(EmbeddedServer server, Planned fault) {
    if (fault.kind() == FaultKind.POSTGRES_FREEZE || fault.kind() == FaultKind.REST_FREEZE) {
      server.freeze();
    } else {
      server.kill();
    }
  }

  private void proxies(Planned fault, IntFunction<FaultProxy> of, Consumer<FaultProxy> action) {
    IntStream.range(0, cluster.nodes().size())
        .filter(node -> fault.node() < 0 || fault.node() == node)
        .mapToObj(of)
        .forEach(action);
  }

  private static void disturb(FaultProxy proxy, Planned fault) {
    switch (fault.kind()) {
      case REDIS_CUT, POSTGRES_CUT -> proxy.cut();
      case REDIS_DEAF, POSTGRES_DEAF -> proxy.cutOneWay(Direction.TO_SERVER);
      case REDIS_MUTE, POSTGRES_MUTE -> proxy.cutOneWay(Direction.TO_CLIENT);
      case REDIS_DELAY, POSTGRES_DELAY -> proxy.delay(Duration.ofMillis(fault.amount()));
      case REDIS_THROTTLE -> proxy.throttle(fault.amount());
      case REDIS_RESET_REQUEST, POSTGRES_RESET_REQUEST ->
        proxy.resetAfter(Direction.TO_SERVER, fault.amount());
      case REDIS_RESET_REPLY, POSTGRES_RESET_REPLY ->
        proxy.resetAfter(Direction.TO_CLIENT, fault.amount());
      case REDIS_TRUNCATE, POSTGRES_TRUNCATE ->
        proxy.truncateAfter(Direction.TO_CLIENT, fault.amount());
      case REST_LOSE_REPLY -> proxy.loseReplies(WRITES, fault.amount());
      case REDIS_FLIP -> proxy.flipValues();
      case REDIS_SWAP -> proxy.swapReplies();
      default -> throw new IllegalArgumentException(fault + " does not hit a line");
    }
  }

  private void heal(Planned fault) {
    switch (fault.kind().target()) {
      case NIVEL -> {
        ServerNode node = cluster.nodes().get(fault.node());
        node.thaw();
        node.start();
      }
      case DISK -> cluster.disk(fault.node()).free();
      case CLOCK -> cluster.nodes().get(fault.node()).jumpClock(Duration.ZERO);
      case REDIS -> cluster.singleRedis().heal();
      case POSTGRES -> Supabase.heal(cluster.postgres());
      case REST -> Supabase.heal(cluster.supabase().rest());
      case REDIS_LINK -> proxies(fault, cluster::redisProxy, FaultProxy::heal);
      case POSTGRES_LINK -> proxies(fault, cluster::supabaseProxy, FaultProxy::heal);
      case MASTER -> throw notInParts(fault);
    }
  }
}
