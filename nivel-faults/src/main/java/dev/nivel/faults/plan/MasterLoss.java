package dev.nivel.faults.plan;

import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.faults.cluster.ReplicatedRedis;
import dev.nivel.faults.cluster.Wait;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The loss of a master of Redis.
 *
 * <ol>
 * <li>In some runs its replicas hear nothing more of it for a moment, while it goes on to
 * acknowledge writes: these are lost. Freezing the replicas would not do, since their kernel would
 * keep what it has received for them.
 * <li>It is killed or frozen, and another server takes its place.
 * <li>It comes back at once, or when the servers of Nivel go on without it, and some time later.
 * </ol>
 */
final class MasterLoss {
  /** No master has a password, and one that is given is refused. */
  private static final String REFUSED = "refused";

  private final ReplicatedRedis redis;
  private final Planned fault;
  private final EmbeddedRedis master;
  private final List<EmbeddedRedis> replicas;

  MasterLoss(ReplicatedRedis redis, Planned fault) {
    this.redis = redis;
    this.fault = fault;
    master = redis.master(fault.node());
    replicas = redis.others(fault.node(), master);
  }

  /**
   * Has it happen, and has the old master come back, which may still believe to be one.
   *
   * @param afterPromotion is to wait until the servers of Nivel go on
   * @return when another server was seen in its place
   */
  long carryOut(Consumer<Promotion> afterPromotion) {
    if (fault.amount() > 0) {
      replicas.forEach(MasterLoss::cutOff);
      Wait.pause(Duration.ofMillis(fault.amount()));
    }
    long carriedOut = number(master, "master_repl_offset");
    long lostAt = System.nanoTime();
    if (fault.kind() == FaultKind.MASTER_FREEZE) {
      master.freeze();
    } else {
      master.kill();
    }
    replicas.forEach(MasterLoss::reconnect);
    EmbeddedRedis promoted = redis.awaitPromotion(fault.node(), master);
    long promotedAt = System.nanoTime();
    // The offset from which on the new master has a history of its own.
    long heard = number(promoted, "second_repl_offset") - 1;
    Promotion promotion = new Promotion(lostAt, promotedAt, Math.max(0, carriedOut - heard));
    if (fault.lasting().isZero()) {
      comeBack();
      afterPromotion.accept(promotion);
    } else {
      afterPromotion.accept(promotion);
      Wait.pause(fault.lasting());
      comeBack();
    }
    return promotedAt;
  }

  private static void cutOff(EmbeddedRedis replica) {
    replica.ask("CONFIG", "SET", "masterauth", REFUSED);
    replica.ask("CLIENT", "KILL", "TYPE", "master");
  }

  private static void reconnect(EmbeddedRedis replica) {
    replica.ask("CONFIG", "SET", "masterauth", "");
  }

  private void comeBack() {
    if (master.isRunning()) {
      master.thaw();
    } else {
      master.restart();
    }
  }

  private static long number(EmbeddedRedis server, String name) {
    return Long.parseLong(ReplicatedRedis.fact(server, name).orElse("0"));
  }
}
