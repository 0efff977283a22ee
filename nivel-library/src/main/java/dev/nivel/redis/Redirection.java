package dev.nivel.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster refuses a command that is to be sent again, which had no effect.
 *
 * @param kind where to
 * @param target the master that is to be asked; null if the same one is
 */
record Redirection(Kind kind, @Nullable Address target) {
  private static final Pattern ELSEWHERE = Pattern.compile("(MOVED|ASK) [0-9]+ (\\S+)");

  /** Where a command is to be sent. */
  enum Kind {
    /** To the master that owns the bucket now. */
    MOVED,
    /** This time to the master that the bucket is on its way to. */
    ASK,
    /** To the same one, a little later: the bucket is under way. */
    TRYAGAIN
  }

  /**
   * The redirection that an error reply is; null if it is none.
   *
   * @param speaker who gave it
   */
  static @Nullable Redirection of(@Nullable String reply, Address speaker) {
    if (reply == null) {
      return null;
    }
    if (reply.startsWith("TRYAGAIN")) {
      return new Redirection(Kind.TRYAGAIN, null);
    }
    Matcher elsewhere = ELSEWHERE.matcher(reply);
    return elsewhere.matches() ? new Redirection(Kind.valueOf(elsewhere.group(1)),
        Address.parse(elsewhere.group(2), speaker.host())) : null;
  }
}
