package dev.nivel.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. With a token, whoever presents it. Without one the server listens on loopback only,
 * and a request must name loopback as its host, so that no web page can reach it under a name of
 * its own (DNS rebinding).
 */
final class Access {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String SCHEME = "bearer ";

  private final byte @Nullable [] token;
  /** The whole header as nearly all send it. */
  private final byte[] usual;

  Access(Optional<String> token) {
    this.token = token.map(Access::bytes).orElse(null);
    usual = bytes("Bearer " + token.orElse(""));
  }

  /**
   * Throws a problem if the caller may not call. How long that takes says whether a token is right,
   * as the answer does, but nothing of how much of a wrong one was.
   *
   * @param host tells the header Host, if it matters
   */
  void check(Optional<String> authorization, Supplier<Optional<String>> host) {
    if (token == null) {
      checkHost(host.get().orElse(""));
      return;
    }
    String header = authorization.orElse("");
    if (MessageDigest.isEqual(bytes(header), usual)) {
      return;
    }
    boolean isBearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    if (!isBearer || !MessageDigest.isEqual(bytes(header.substring(SCHEME.length()).strip()),
        token)) {
      throw new Problem(401, header.isEmpty() ? "send Authorization: Bearer <token>"
          : "this token is not valid here").header("WWW-Authenticate", "Bearer realm=\"nivel\"");
    }
  }

  private static void checkHost(String host) {
    String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    if (!LOOPBACK.contains(name)) {
      throw new Problem(421, "without NIVEL_API_TOKEN only requests to localhost are answered");
    }
  }

  private static byte[] bytes(String token) {
    return token.getBytes(StandardCharsets.UTF_8);
  }
}
