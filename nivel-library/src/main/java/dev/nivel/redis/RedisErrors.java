package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a failure of Lettuce or an error reply of Redis means for Nivel. */
final class RedisErrors {
  private RedisErrors() {}

  /** What to throw for a failed command. */
  static NivelException of(String operation, Throwable failure, Duration timeout) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisCommandExecutionException reply) {
        return ofReply(operation, reply);
      }
      if (cause instanceof RedisCommandTimeoutException || cause instanceof TimeoutException) {
        return new UnavailableException(
            operation + " took over " + timeout.toMillis() + " ms", Outcome.UNKNOWN, failure);
      }
    }
    return new UnavailableException(operation + " failed: " + deepestMessage(failure),
        Outcome.UNKNOWN, failure);
  }

  private static NivelException ofReply(String operation, RedisCommandExecutionException reply) {
    String text = String.valueOf(reply.getMessage());
    String code = text.split("[ :]", 2)[0];
    return switch (code) {
      case "WRONGPASS" -> new ConfigurationException(
          operation + " failed: Redis refuses the user or password;"
              + " check REDIS_USERNAME and REDIS_PASSWORD",
          reply);
      case "NOAUTH" -> new ConfigurationException(
          operation + " failed: Redis wants a password; set REDIS_PASSWORD", reply);
      case "NOPERM" -> lacksRight(operation, text, reply);
      default -> text.contains("can't run this command") // what NOPERM is within a script
          ? lacksRight(operation, text, reply)
          : new UnavailableException(operation + " was refused by Redis: " + text,
              Outcome.NOT_APPLIED, reply);
    };
  }

  private static NivelException lacksRight(String operation, String text, Throwable reply) {
    return new ConfigurationException(
        operation + " failed: the user of Redis lacks a right: " + text, reply);
  }

  /** The message of the innermost cause, which names what went wrong. */
  static String deepestMessage(Throwable failure) {
    Throwable deepest = failure;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      deepest = cause;
    }
    return deepest.getClass().getSimpleName() + ": " + deepest.getMessage();
  }
}
