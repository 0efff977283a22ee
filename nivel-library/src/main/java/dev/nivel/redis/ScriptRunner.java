package dev.nivel.redis;

import dev.nivel.redis.RedisLink.Request;
import dev.nivel.store.Time;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on conversations: sends the arguments that all of them take, many at once if wished,
 * and deals with the answers that any of them may give (prelude.lua). Safe for use by several
 * threads.
 */
final class ScriptRunner {
  private static final int ATTEMPTS_MAX = 3;
  /** How many arguments all scripts take. */
  private static final int ARGUMENTS_OF_ALL = 6;
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
      Request<List<byte[]>> request) {}

  /** Runs a script and waits for its answer. */
  ScriptReply run(Script script, String conversation, List<byte[]> arguments) {
    return await(send(script, conversation, arguments));
  }

  /** Sends a script; {@link #await} gets its answer. */
  Call send(Script script, String conversation, List<byte[]> arguments) {
    return sendAll(script, Map.of(conversation, arguments)).get(0);
  }

  /**
   * Sends a script for several conversations, together as far as they may share a batch.
   *
   * @param arguments by conversation; the calls are in this order
   */
  List<Call> sendAll(Script script, Map<String, List<byte[]>> arguments) {
    List<Call> calls = new ArrayList<>(arguments.size());
    Set<Turn> turns = new LinkedHashSet<>();
    try {
      arguments.forEach((conversation, own) -> calls.add(enter(script, conversation, own, turns)));
    } finally {
      turns.forEach(Turn::depart);
    }
    return calls;
  }

  private Call enter(Script script, String conversation, List<byte[]> arguments,
      Set<Turn> turns) {
    long endMillis = time.millis() + patienceMillis;
    int bucket = RedisKeys.bucket(conversation);
    Home home = generations.home(bucket);
    Turn turn = home.master()
        .batches()
        .of(script, bucket)
        .enter(keys(conversation), arguments(conversation, arguments, home, endMillis));
    turns.add(turn);
    return new Call(script, conversation, arguments, link.sent(bucket, home, turn,
        other -> alone(script, other.commands()
            .evalsha(script.digest(), ScriptOutputType.VALUE, keys(conversation),
                arguments(conversation, arguments, other, endMillis)))));
  }

  /** The reply to a call that is a batch by itself. */
  private static CompletionStage<List<byte[]>> alone(Script script, RedisFuture<byte[]> reply) {
    return reply.thenApply(text -> BatchReply.parse(script, text, 1).of(0));
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

  private List<byte[]> replyOf(Call call) {
    String operation = "L2 " + call.script();
    try {
      return link.await(operation, call.request());
    } catch (UnavailableException e) {
      if (!(causeOf(e) instanceof RedisNoScriptException)) {
        throw e;
      }
    }
    long endMillis = time.millis() + patienceMillis;
    return link.call(operation, RedisKeys.bucket(call.conversation()),
        home -> alone(call.script(), home.commands()
            .eval(call.script().text(), ScriptOutputType.VALUE, keys(call.conversation()),
                arguments(call.conversation(), call.arguments(), home, endMillis))));
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

  private static byte[][] keys(String conversation) {
    int bucket = RedisKeys.bucket(conversation);
    String encoded = RedisKeys.encode(conversation);
    return new byte[][]{RedisKeys.hash(bucket, encoded), RedisKeys.unsynced(bucket),
        RedisKeys.generation(bucket), RedisKeys.fillToken(bucket, encoded)};
  }

  private byte[][] arguments(String conversation, List<byte[]> own, Home home, long endMillis) {
    List<byte[]> all = new ArrayList<>(own.size() + ARGUMENTS_OF_ALL);
    all.add(RedisKeys.ascii(Integer.toString(own.size())));
    all.add(RedisKeys.ascii(home.generation()));
    all.add(RedisKeys.ascii(Long.toString(endMillis + home.master().clock().offsetMillis())));
    all.add(RedisKeys.ascii(RedisKeys.encode(conversation)));
    all.add(RedisKeys.ascii(Integer.toString(node.getAsInt())));
    all.add(ttlMillis);
    all.addAll(own);
    return all.toArray(new byte[0][]);
  }

  /** Measures the clock of the master that owns a conversation. */
  void measureClock(String conversation) {
    Home home = generations.home(RedisKeys.bucket(conversation));
    home.master().measureClock(home.commands());
  }
}
