package dev.nivel.redis;

import dev.nivel.redis.RedisLink.Request;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on conversations: sends the arguments that all of them take, many at once if wished,
 * and deals with the answers that any of them may give (prelude.lua). Safe for use by several
 * threads.
 */
final class ScriptRunner {
  private static final int ATTEMPTS_MAX = 3;
  /** The share of a call's time that may pass on the way back. */
  private static final int MARGIN_DIVISOR = 10;

  private final RedisLink link;
  private final Generations generations;
  private final Time time;
  private final IntSupplier node;
  private final byte[] ttlMillis;
  private final long patienceMillis;

  /**
   * @param caller what scripts are told of their caller
   */
  ScriptRunner(RedisLink link, Generations generations, Time time, Caller caller) {
    this.link = link;
    this.generations = generations;
    this.time = time;
    long timeoutMillis = caller.timeout().toMillis();
    patienceMillis = timeoutMillis - timeoutMillis / MARGIN_DIVISOR;
    node = caller.node();
    ttlMillis = RedisKeys.ascii(Long.toString(caller.ttl().toMillis()));
  }

  /**
   * Who has scripts run.
   *
   * @param node its number
   * @param timeout how long he waits
   * @param ttl how long a settled conversation stays
   */
  record Caller(IntSupplier node, Duration timeout, Duration ttl) {}

  /** A script on its way. */
  record Call(Script script, String conversation, List<byte[]> arguments,
      Request<List<Object>> request) {}

  /** Runs a script and waits for its answer. */
  ScriptReply run(Script script, String conversation, List<byte[]> arguments) {
    return await(send(script, conversation, arguments));
  }

  /** Sends a script; {@link #await} gets its answer. */
  Call send(Script script, String conversation, List<byte[]> arguments) {
    long endMillis = time.millis() + patienceMillis;
    Request<List<Object>> request = link.send(RedisKeys.bucket(conversation), home -> {
      Prepared prepared = prepare(conversation, arguments, home, endMillis);
      return home.commands()
          .evalsha(script.digest(),
              ScriptOutputType.MULTI, prepared.keys(), prepared.arguments());
    });
    return new Call(script, conversation, arguments, request);
  }

  /** The answer of a script that was sent. */
  ScriptReply await(Call sent) {
    Call call = sent;
    for (int attempt = 1;; attempt++) {
      ScriptReply reply = new ScriptReply(call.script(), replyOf(call));
      String status = reply.status();
      boolean isRefused = status.equals("LATE") || status.equals("GENERATION");
      if (!isRefused) {
        return reply;
      }
      if (attempt == ATTEMPTS_MAX) {
        throw new UnavailableException("Redis refused a script " + attempt + " times: " + status);
      }
      if (status.equals("LATE")) {
        measureClock(call.conversation());
      } else {
        learnGeneration(call.conversation(), reply.text(1));
      }
      call = send(call.script(), call.conversation(), call.arguments());
    }
  }

  private List<Object> replyOf(Call call) {
    String operation = "L2 " + call.script();
    try {
      return link.await(operation, call.request());
    } catch (UnavailableException e) {
      if (!(causeOf(e) instanceof RedisNoScriptException)) {
        throw e;
      }
    }
    long endMillis = time.millis() + patienceMillis;
    return link.call(operation, RedisKeys.bucket(call.conversation()), home -> {
      Prepared prepared = prepare(call.conversation(), call.arguments(), home, endMillis);
      return home.commands()
          .eval(call.script().text(),
              ScriptOutputType.MULTI, prepared.keys(), prepared.arguments());
    });
  }

  private static @Nullable Throwable causeOf(UnavailableException e) {
    @Nullable Throwable cause = e.getCause();
    while (cause != null && !(cause instanceof RedisNoScriptException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private void learnGeneration(String conversation, String present) {
    int bucket = RedisKeys.bucket(conversation);
    generations.adopt(bucket, generations.home(bucket).master(), present);
  }

  /** Keys and arguments as Lettuce takes them. */
  private record Prepared(byte[][] keys, byte[][] arguments) {}

  private Prepared prepare(String conversation, List<byte[]> own, Home home, long endMillis) {
    int bucket = RedisKeys.bucket(conversation);
    String encoded = RedisKeys.encode(conversation);
    byte[][] keys = {RedisKeys.hash(bucket, encoded), RedisKeys.unsynced(bucket),
        RedisKeys.generation(bucket), RedisKeys.fillToken(bucket, encoded)};
    List<byte[]> all = new ArrayList<>(own.size() + 5);
    all.add(RedisKeys.ascii(home.generation()));
    all.add(RedisKeys.ascii(Long.toString(endMillis + home.master().clock().offsetMillis())));
    all.add(RedisKeys.ascii(encoded));
    all.add(RedisKeys.ascii(Integer.toString(node.getAsInt())));
    all.add(ttlMillis);
    all.addAll(own);
    return new Prepared(keys, all.toArray(new byte[0][]));
  }

  /** Measures the clock of the master that owns a conversation. */
  void measureClock(String conversation) {
    Home home = generations.home(RedisKeys.bucket(conversation));
    home.master().measureClock(home.commands());
  }
}
