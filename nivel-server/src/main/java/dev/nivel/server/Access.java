package dev.nivel.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. With a token, whoever presents it. Without one the server listens on loopback only,
 * and a request must name loopback as its host, so that no web page can reach it under a name of
 * its own (DNS rebinding).
 */
final class Access {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String SCHEME = "bearer ";

  /** SHA-256 of the token, so that comparing takes the same time whatever was sent. */
  private final byte @Nullable [] tokenHash;

  Access(Optional<String> token) {
    tokenHash = token.map(Access::hash).orElse(null);
  }

  /** Throws a problem if the caller may not call. */
  void check(Optional<String> authorization, Optional<String> host) {
    if (tokenHash == null) {
      checkHost(host.orElse(""));
      return;
    }
    String header = authorization.orElse("");
    boolean isBearer = header.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    if (!isBearer || !MessageDigest.isEqual(hash(header.substring(SCHEME.length()).strip()),
        tokenHash)) {
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

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
