package dev.nivel.redis;

import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
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
  private final RedisClock clock;

  /**
   * @param caller what scripts are told of their caller
   */
  ScriptRunner(RedisLink link, Generations generations, Time time, Caller caller) {
    this.link = link;
    this.generations = generations;
    this.time = time;
    clock = new RedisClock(time);
    node = caller.node();
    ttlMillis = RedisKeys.ascii(Long.toString(caller.ttl().toMillis()));
  }

  /**
   * Who has scripts run.
   *
   * @param node its number
   * @param ttl how long a settled conversation stays
   */
  record Caller(IntSupplier node, Duration ttl) {}

  /** A script on its way. */
  record Call(Script script, String conversation, List<byte[]> arguments,
      RedisFuture<List<Object>> reply) {}

  /** Runs a script and waits for its answer, the first part of which is left out. */
  List<Object> run(Script script, String conversation, List<byte[]> arguments) {
    return await(send(script, conversation, arguments));
  }

  /** Sends a script; {@link #await} gets its answer. */
  Call send(Script script, String conversation, List<byte[]> arguments) {
    Prepared prepared = prepare(conversation, arguments);
    RedisFuture<List<Object>> reply = link.commands()
        .evalsha(script.digest(),
            ScriptOutputType.MULTI, prepared.keys(), prepared.arguments());
    return new Call(script, conversation, arguments, reply);
  }

  /** The answer of a script that was sent: a status first, then what it returns. */
  List<Object> await(Call sent) {
    Call call = sent;
    for (int attempt = 1;; attempt++) {
      List<Object> reply = replyOf(call);
      String status = text(reply.get(0));
      boolean isRefused = status.equals("LATE") || status.equals("GENERATION");
      if (!isRefused) {
        return reply;
      }
      if (attempt == ATTEMPTS_MAX) {
        throw new UnavailableException("Redis refused a script " + attempt + " times: " + status);
      }
      if (status.equals("LATE")) {
        measureClock(link.commands());
      } else {
        learnGeneration(call.conversation(), text(reply.get(1)));
      }
      call = send(call.script(), call.conversation(), call.arguments());
    }
  }

  private List<Object> replyOf(Call call) {
    String operation = "L2 " + call.script();
    try {
      return link.await(operation, call.reply());
    } catch (UnavailableException e) {
      if (!(causeOf(e) instanceof RedisNoScriptException)) {
        throw e;
      }
    }
    Prepared prepared = prepare(call.conversation(), call.arguments());
    RedisFuture<List<Object>> reply = link.commands()
        .eval(call.script().text(),
            ScriptOutputType.MULTI, prepared.keys(), prepared.arguments());
    return link.await(operation, reply);
  }

  private static @Nullable Throwable causeOf(UnavailableException e) {
    @Nullable Throwable cause = e.getCause();
    while (cause != null && !(cause instanceof RedisNoScriptException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private void learnGeneration(String conversation, String present) {
    generations.adopt(link.commands(), RedisKeys.bucket(conversation), present);
  }

  /** Keys and arguments as Lettuce takes them. */
  private record Prepared(byte[][] keys, byte[][] arguments) {}

  private Prepared prepare(String conversation, List<byte[]> own) {
    int bucket = RedisKeys.bucket(conversation);
    String encoded = RedisKeys.encode(conversation);
    byte[][] keys = {RedisKeys.hash(bucket, encoded), RedisKeys.unsynced(bucket),
        RedisKeys.generation(bucket), RedisKeys.fillToken(bucket, encoded)};
    List<byte[]> all = new ArrayList<>(own.size() + 5);
    all.add(RedisKeys.ascii(generations.of(bucket)));
    all.add(RedisKeys.ascii(Long.toString(deadlineMillis())));
    all.add(RedisKeys.ascii(encoded));
    all.add(RedisKeys.ascii(Integer.toString(node.getAsInt())));
    all.add(ttlMillis);
    all.addAll(own);
    return new Prepared(keys, all.toArray(new byte[0][]));
  }

  private long deadlineMillis() {
    long timeoutMillis = link.timeout().toMillis();
    return time.millis() + clock.offsetMillis() + timeoutMillis - timeoutMillis / MARGIN_DIVISOR;
  }

  /** Measures by how much Redis's clock differs from this machine's. */
  void measureClock(RedisAsyncCommands<byte[], byte[]> commands) {
    long before = time.millis();
    List<byte[]> reply = link.await("L2 TIME", commands.time());
    long after = time.millis();
    if (reply.size() < 2) {
      throw new UnavailableException("Redis does not tell its time", Outcome.NOT_APPLIED, null);
    }
    long seconds = Long.parseLong(RedisKeys.text(reply.get(0)));
    long micros = Long.parseLong(RedisKeys.text(reply.get(1)));
    clock.measured(seconds * 1_000 + micros / 1_000, before, after);
  }

  /** Redis's clock minus this machine's; milliseconds. */
  long offsetMillis() {
    return clock.offsetMillis();
  }

  /** A part of an answer as text. */
  static String text(Object part) {
    return part instanceof byte[] bytes ? RedisKeys.text(bytes) : part.toString();
  }
}
