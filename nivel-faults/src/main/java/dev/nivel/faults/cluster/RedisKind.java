package dev.nivel.faults.cluster;

/** What Redis a cluster has. */
public enum RedisKind {
  /** One server, behind a proxy for each server of Nivel. */
  SINGLE(1),
  /** Redis Cluster, with a replica of each master. */
  CLUSTER(3),
  /** A master with two replicas, which Sentinels watch. */
  SENTINEL(1);

  private final int masters;

  RedisKind(int masters) {
    this.masters = masters;
  }

  /** How many masters share the data. */
  public int masters() {
    return masters;
  }
}
