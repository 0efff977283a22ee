package dev.nivel.faults.cluster;

/** The servers that are the Redis of a cluster. */
public sealed interface RedisDeployment permits SingleRedis, ReplicatedRedis {
  /** Where they are, as {@code REDIS_URL} has it. */
  String url();

  /** Has what is frozen go on and starts what is dead, and waits until each has its part. */
  void heal();
}
