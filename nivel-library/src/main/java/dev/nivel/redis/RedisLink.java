package dev.nivel.redis;

import dev.nivel.redis.Redirection.Kind;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisFuture;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to the master that owns the bucket. Redirections of a cluster are followed within
 * the deadline of the call, but only to masters that have passed the handshake: whoever is new is
 * for {@link RedisHealth} to examine first. Nothing else is sent twice. Safe for use by several
 * threads.
 */
final class RedisLink {
  /** How long to wait for a bucket that is under way, or for the examination of its new master. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  /** The examination is not hurried more often than this. */
  private static final long HURRY_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100);

  private final Connector connector;
  private final Generations generations;
  private final Time time;
  private final AtomicLong hurriedAtNanos;
  private volatile Map<Address, Master> masters = Map.of();
  private volatile Runnable onDoubt = () -> {};

  RedisLink(Connector connector, Generations generations, Time time) {
    this.connector = connector;
    this.generations = generations;
    this.time = time;
    hurriedAtNanos = new AtomicLong(time.nanos() - HURRY_NANOS_MIN);
  }

  /** How a command is sent; perhaps several times, none of which has an effect but the last. */
  interface Command<T extends @Nullable Object> {
    RedisFuture<T> send(Home home);
  }

  /** A command on its way, and the moment by which its answer must be there. */
  record Request<T extends @Nullable Object>(int bucket, Command<T> command, Home home,
      RedisFuture<T> reply,
      long endNanos) {}

  /** Names what is to be run when the masters must be looked at soon; must not block. */
  void onDoubt(Runnable action) {
    onDoubt = action;
  }

  /** The masters in use, by address. */
  Map<Address, Master> masters() {
    return masters;
  }

  /** Says which masters are in use from now on. */
  void use(Map<Address, Master> present) {
    masters = Map.copyOf(present);
  }

  /** Sends a command and waits for its answer. */
  <T extends @Nullable Object> T call(String operation, int bucket, Command<T> command) {
    return await(operation, send(bucket, command));
  }

  /** Sends a command; {@link #await} gets its answer. */
  <T extends @Nullable Object> Request<T> send(int bucket, Command<T> command) {
    return send(bucket, command, time.nanos() + connector.timeout().toNanos());
  }

  private <T extends @Nullable Object> Request<T> send(int bucket, Command<T> command,
      long endNanos) {
    Home home = generations.home(bucket);
    return new Request<>(bucket, command, home, command.send(home), endNanos);
  }

  /** The answer to a command that was sent. */
  <T extends @Nullable Object> T await(String operation, Request<T> sent) {
    Request<T> request = sent;
    while (true) {
      try {
        return connector.await(operation, request.reply(),
            Math.max(0, request.endNanos() - time.nanos()));
      } catch (UnavailableException e) {
        request = again(request, e);
      }
    }
  }

  /**
   * The same of one of many that were sent together: each may take a whole call's time after the
   * answer before it, so that only a server that stands still is too late.
   */
  <T extends @Nullable Object> T awaitNext(String operation, Request<T> sent) {
    return await(operation, new Request<>(sent.bucket(), sent.command(), sent.home(), sent.reply(),
        time.nanos() + connector.timeout().toNanos()));
  }

  /** Sends a refused command where it belongs, or throws the refusal. */
  private <T extends @Nullable Object> Request<T> again(Request<T> refused,
      UnavailableException refusal) {
    String reply = RedisErrors.replyIn(refusal);
    @Nullable Redirection redirection = Redirection.of(reply, refused.home().master().address());
    if (redirection == null) {
      if (RedisErrors.isOfAnotherRole(reply)) {
        hurry();
      }
      throw refusal;
    }
    @Nullable Master target = redirection.target() == null ? null
        : masters.get(redirection.target());
    if (target == null || !target.isConnected()) {
      if (redirection.kind() != Kind.TRYAGAIN) {
        hurry();
      }
      pause(refused.endNanos(), refusal);
    } else if (redirection.kind() == Kind.ASK) {
      return ask(refused, target);
    } else if (generations.home(refused.bucket()).master().equals(target)) {
      pause(refused.endNanos(), refusal); // they do not agree yet
    } else {
      generations.follow(refused.bucket(), target);
    }
    return send(refused.bucket(), refused.command(), refused.endNanos());
  }

  /** If another thread's command comes in between, this one is refused, and asked for again. */
  private static <T extends @Nullable Object> Request<T> ask(Request<T> refused, Master target) {
    Home guest = new Home(target, refused.home().generation());
    RedisFuture<String> unused = target.commands().asking();
    return new Request<>(refused.bucket(), refused.command(), guest,
        refused.command().send(guest), refused.endNanos());
  }

  /** Gives up when half of the time is over: what is sent again needs the time to be answered. */
  private void pause(long endNanos, UnavailableException refusal) {
    boolean isTooLate = endNanos - time.nanos() < connector.timeout().toNanos() / 2;
    if (isTooLate || Thread.currentThread().isInterrupted()) {
      throw refusal;
    }
    LockSupport.parkNanos(this, PAUSE_NANOS);
  }

  private void hurry() {
    long now = time.nanos();
    long last = hurriedAtNanos.get();
    if (now - last >= HURRY_NANOS_MIN && hurriedAtNanos.compareAndSet(last, now)) {
      onDoubt.run();
    }
  }
}
