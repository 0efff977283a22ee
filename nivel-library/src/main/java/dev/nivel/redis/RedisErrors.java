package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a failure of Lettuce or an error reply of Redis means for Nivel. */
final class RedisErrors {
  /** Redis 6.2 wraps the error of a command within a script: {@code ERR ...: -OOM command ...}. */
  private static final Pattern CODE = Pattern.compile("(?:ERR .*: )?-?([A-Z]{3,})\\b.*",
      Pattern.DOTALL);

  /** Codes that come from a server that is not, or not yet, the master that it was. */
  private static final Set<String> OTHER_ROLES = Set.of("READONLY", "MASTERDOWN", "LOADING",
      "CLUSTERDOWN");

  /** What an operator should know of a refusal beyond Redis's own words. */
  private static final Map<String, String> MEANINGS = Map.of(
      "READONLY", "it has become a replica",
      "MASTERDOWN", "it is a replica without its master",
      "LOADING", "it is loading its data",
      "CLUSTERDOWN", "its cluster has lost a part",
      "MISCONF", "it can't save to its disk and takes no writes",
      "OOM", "its memory is full (maxmemory)",
      "NOREPLICAS", "it has too few replicas (min-replicas-to-write)",
      "BUSY", "a script of somebody keeps it busy");

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
    String code = code(text);
    return switch (code) {
      case "WRONGPASS" -> new ConfigurationException(
          operation + " failed: Redis refuses the user or password;"
              + " check REDIS_USERNAME and REDIS_PASSWORD",
          reply);
      case "NOAUTH" -> new ConfigurationException(
          operation + " failed: Redis wants a password; set REDIS_PASSWORD", reply);
      default -> isOfLackingRight(text)
          ? lacksRight(operation, text, reply)
          : new UnavailableException(operation + " was refused by Redis"
              + (MEANINGS.containsKey(code) ? ", for " + MEANINGS.get(code) : "") + ": " + text,
              Outcome.NOT_APPLIED, reply);
    };
  }

  /** Whether it is NOPERM, be it within a script. */
  static boolean isOfLackingRight(String text) {
    return code(text).equals("NOPERM") || text.contains("can't run this command");
  }

  private static NivelException lacksRight(String operation, String text, Throwable reply) {
    return new ConfigurationException(
        operation + " failed: the user of Redis lacks a right: " + text, reply);
  }

  /** The word that an error reply of Redis begins with; empty if with none. */
  static String code(String text) {
    Matcher matcher = CODE.matcher(text);
    return matcher.matches() ? matcher.group(1) : "";
  }

  /** The error reply of Redis that a failure came from; null if it came from none. */
  static @Nullable String replyIn(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisCommandExecutionException reply) {
        return reply.getMessage();
      }
    }
    return null;
  }

  /** Whether an error reply comes from a server that is not the master that it was. */
  static boolean isOfAnotherRole(@Nullable String reply) {
    return reply != null && OTHER_ROLES.contains(code(reply));
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
