package dev.nivel.faults.plan;

import dev.nivel.faults.cluster.SupabaseWay;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What can be done to a cluster. */
public enum FaultKind {
  /** kill -9 of a server, which is started again. */
  NIVEL_KILL(Target.NIVEL),
  /** SIGTERM to a server, which is started again. */
  NIVEL_TERM(Target.NIVEL),
  /** SIGSTOP to a server. */
  NIVEL_FREEZE(Target.NIVEL),
  /** A server that ends itself at a named point of its code. */
  NIVEL_POINT(Target.NIVEL),
  /** The disk of a server has no room left. */
  DISK_FULL(Target.DISK),
  /** The wall clock of a server is wrong for a moment. */
  CLOCK_JUMP(Target.CLOCK),
  /** kill -9 of Redis, which comes back with its files. */
  REDIS_KILL(Target.REDIS),
  /** kill -9 of Redis, which comes back at once. */
  REDIS_BLINK(Target.REDIS),
  /** kill -9 of Redis, which comes back empty. */
  REDIS_EMPTY(Target.REDIS),
  /** kill -9 of Redis, which comes back with an older copy of its files. */
  REDIS_OLD(Target.REDIS),
  /** FLUSHALL. */
  REDIS_FLUSH(Target.REDIS),
  /** SIGSTOP to Redis. */
  REDIS_FREEZE(Target.REDIS),
  /** kill -9 of PostgreSQL. */
  POSTGRES_KILL(Target.POSTGRES),
  /** SIGSTOP to PostgreSQL. */
  POSTGRES_FREEZE(Target.POSTGRES),
  /** Connections to Redis are reset and refused. */
  REDIS_CUT(Target.REDIS_LINK),
  /** What is sent to Redis vanishes. */
  REDIS_DEAF(Target.REDIS_LINK),
  /** What Redis sends vanishes. */
  REDIS_MUTE(Target.REDIS_LINK),
  /** Bytes from and to Redis take their time. */
  REDIS_DELAY(Target.REDIS_LINK),
  /** Few bytes a second pass from and to Redis. */
  REDIS_THROTTLE(Target.REDIS_LINK),
  /** A connection to Redis is reset after some bytes of requests. */
  REDIS_RESET_REQUEST(Target.REDIS_LINK),
  /** A connection to Redis is reset after some bytes of replies. */
  REDIS_RESET_REPLY(Target.REDIS_LINK),
  /** A connection to Redis ends amid a reply. */
  REDIS_TRUNCATE(Target.REDIS_LINK),
  /** Values that Redis returns have a wrong bit. */
  REDIS_FLIP(Target.REDIS_LINK),
  /** Replies of Redis that hold values change places. */
  REDIS_SWAP(Target.REDIS_LINK),
  /** Connections to PostgreSQL are reset and refused. */
  POSTGRES_CUT(Target.POSTGRES_LINK),
  /** What is sent to PostgreSQL vanishes. */
  POSTGRES_DEAF(Target.POSTGRES_LINK),
  /** What PostgreSQL sends vanishes: a commit without an answer. */
  POSTGRES_MUTE(Target.POSTGRES_LINK),
  /** Bytes from and to PostgreSQL take their time. */
  POSTGRES_DELAY(Target.POSTGRES_LINK),
  /** A connection to PostgreSQL is reset after some bytes of requests. */
  POSTGRES_RESET_REQUEST(Target.POSTGRES_LINK),
  /** A connection to PostgreSQL is reset after some bytes of replies. */
  POSTGRES_RESET_REPLY(Target.POSTGRES_LINK),
  /** A connection to PostgreSQL ends amid a reply. */
  POSTGRES_TRUNCATE(Target.POSTGRES_LINK),
  /** kill -9 of a master of Redis, whose place another server takes; it comes back as a replica. */
  MASTER_KILL(Target.MASTER),
  /** SIGSTOP to a master of Redis, whose place another server takes; it goes on as a replica. */
  MASTER_FREEZE(Target.MASTER),
  /** kill -9 of PostgREST. */
  REST_KILL(Target.REST),
  /** SIGSTOP to PostgREST. */
  REST_FREEZE(Target.REST),
  /** Connections to PostgREST are reset when it has committed a write and its reply arrives. */
  REST_LOSE_REPLY(Target.POSTGRES_LINK);

  /** What is hit; a line to PostgreSQL is one to PostgREST where servers reach it over REST. */
  enum Target {
    NIVEL, DISK, CLOCK, REDIS, POSTGRES, REST, REDIS_LINK, POSTGRES_LINK, MASTER
  }

  private static final Set<FaultKind> OF_REST = EnumSet.of(REST_KILL, REST_FREEZE,
      REST_LOSE_REPLY);

  private final Target target;

  FaultKind(Target target) {
    this.target = target;
  }

  /** All that need neither replicas of Redis nor PostgREST. */
  public static List<FaultKind> ofSingleRedis() {
    return Arrays.stream(values())
        .filter(kind -> kind.target != Target.MASTER && !OF_REST.contains(kind))
        .toList();
  }

  /** All that need no replicas of Redis, with servers that reach Supabase in a way. */
  public static List<FaultKind> of(SupabaseWay way) {
    return way == SupabaseWay.DATABASE ? ofSingleRedis()
        : Stream.concat(ofSingleRedis().stream(), OF_REST.stream()).toList();
  }

  Target target() {
    return target;
  }

  /** Whether Redis loses what it had taken in. */
  public boolean losesRedis() {
    return this == REDIS_EMPTY || this == REDIS_OLD || this == REDIS_FLUSH
        || target == Target.MASTER;
  }

  /** Whether a server loses what it has in memory. */
  boolean endsNivel() {
    return this == NIVEL_KILL || this == NIVEL_TERM || this == NIVEL_POINT;
  }

  /** Whether it is nothing that a store, or the way to it, could be blamed for. */
  boolean sparesStores() {
    return target == Target.DISK || target == Target.CLOCK;
  }

  /** Its name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
