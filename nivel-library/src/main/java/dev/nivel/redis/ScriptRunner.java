package dev.nivel.redis;

import dev.nivel.redis.RedisLink.Request;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
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
  /** How many keys a script takes. */
  private static final long KEYS = 4;
  /** The share of a call's time that may pass on the way back. */
  private static final int MARGIN_DIVISOR = 10;

  private final RedisLink link;
  private final Generations generations;
  private final Time time;
  private final IntSupplier node;
  private final long ttlMillis;
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
    ttlMillis = caller.ttl().toMillis();
  }

  /**
   * Who has scripts run.
   *
   * @param node its number
   * @param timeout how long he waits
   * @param ttl how long a settled conversation stays
   */
  record Caller(IntSupplier node, Duration timeout, Duration ttl) {}

  /**
   * What is to be run.
   *
   * @param bucket of the conversation
   * @param arguments the script's own
   */
  private record Order(Script script, String conversation, int bucket, List<byte[]> arguments) {}

  /** A script on its way. */
  record Call(Order order, Request<List<Object>> request) {
    String conversation() {
      return order.conversation();
    }
  }

  /** Runs a script and waits for its answer. */
  ScriptReply run(Script script, String conversation, List<byte[]> arguments) {
    return await(send(script, conversation, arguments));
  }

  /** Sends a script; {@link #await} gets its answer. */
  Call send(Script script, String conversation, List<byte[]> arguments) {
    return send(new Order(script, conversation, RedisKeys.bucket(conversation), arguments));
  }

  private Call send(Order order) {
    return new Call(order, link.send(order.bucket(),
        command(CommandType.EVALSHA, order.script().digest(), order)));
  }

  private RedisLink.Command<List<Object>> command(CommandType type, String script, Order order) {
    long endMillis = time.millis() + patienceMillis;
    return home -> home.commands()
        .dispatch(type, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE),
            arguments(script, order, home, endMillis));
  }

  /** The answer of a script that was sent. */
  ScriptReply await(Call sent) {
    Call call = sent;
    for (int attempt = 1;; attempt++) {
      ScriptReply reply = new ScriptReply(call.order().script(), replyOf(call));
      String status = reply.status();
      boolean isRefused = status.equals("LATE") || status.equals("GENERATION");
      if (!isRefused) {
        return reply;
      }
      if (attempt == ATTEMPTS_MAX) {
        throw new UnavailableException("Redis refused a script " + attempt + " times: " + status);
      }
      if (status.equals("LATE")) {
        measureClock(call.order().bucket());
      } else {
        learnGeneration(call.order().bucket(), reply.text(1));
      }
      call = send(call.order());
    }
  }

  private List<Object> replyOf(Call call) {
    Order order = call.order();
    String operation = "L2 " + order.script();
    try {
      return link.await(operation, call.request());
    } catch (UnavailableException e) {
      if (!(causeOf(e) instanceof RedisNoScriptException)) {
        throw e;
      }
    }
    return link.call(operation, order.bucket(),
        command(CommandType.EVAL, order.script().text(), order));
  }

  private static @Nullable Throwable causeOf(UnavailableException e) {
    @Nullable Throwable cause = e.getCause();
    while (cause != null && !(cause instanceof RedisNoScriptException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private void learnGeneration(int bucket, String present) {
    generations.adopt(bucket, generations.home(bucket).master(), present);
  }

  /** Keys and values as plain bytes: Lettuce takes a buffer for each that it has to encode. */
  private CommandArgs<byte[], byte[]> arguments(String script, Order order, Home home,
      long endMillis) {
    int bucket = order.bucket();
    String encoded = RedisKeys.encode(order.conversation());
    CommandArgs<byte[], byte[]> all = new CommandArgs<>(ByteArrayCodec.INSTANCE)
        .add(RedisKeys.utf8(script))
        .add(KEYS)
        .add(RedisKeys.hash(bucket, encoded))
        .add(RedisKeys.unsynced(bucket))
        .add(RedisKeys.generation(bucket))
        .add(RedisKeys.fillToken(bucket, encoded))
        .add(RedisKeys.ascii(home.generation()))
        .add(endMillis + home.master().clock().offsetMillis())
        .add(RedisKeys.ascii(encoded))
        .add(node.getAsInt())
        .add(ttlMillis);
    order.arguments().forEach(all::add);
    return all;
  }

  /** Measures the clock of the master that owns a conversation. */
  void measureClock(String conversation) {
    measureClock(RedisKeys.bucket(conversation));
  }

  private void measureClock(int bucket) {
    Home home = generations.home(bucket);
    home.master().measureClock(home.commands());
  }
}
