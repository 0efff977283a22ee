package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Where a project's REST interface is, and the key that opens it.
 *
 * <p>Keys are of two kinds: {@code sb_secret_...} goes into the header {@code apikey} alone, for it
 * is no token; a {@code service_role} key, a JSON Web Token, also into {@code Authorization}.
 */
public final class RestUrl {
  private static final String SECRET = "sb_secret_";
  private static final String PUBLISHABLE = "sb_publishable_";
  private static final String TOKEN = "eyJ";

  private final URI base;
  private final String key;

  private RestUrl(URI base, String key) {
    this.base = base;
    this.key = key;
  }

  /**
   * A project.
   *
   * @param url {@code https://<project>.supabase.co}
   * @param path from there to PostgREST: {@code /rest/v1}; empty for a bare one
   * @throws ConfigurationException if there can't be a project there, or the key can't write; the
   *     message does not show the key
   */
  public static RestUrl of(String url, String path, String key) {
    URI uri = uri(url);
    boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!isWeb || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null
        || uri.getFragment() != null) {
      throw new ConfigurationException("SUPABASE_URL is not https://<project>.supabase.co");
    }
    if ("http".equals(uri.getScheme()) && uri.getHost().endsWith(".supabase.co")) {
      throw new ConfigurationException("SUPABASE_URL is http://, which would show the key to"
          + " everybody on the way; allowed is https://<project>.supabase.co");
    }
    String stem = url.replaceFirst("/+$", "");
    String rest = path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    checkKey(key);
    return new RestUrl(uri(stem + rest.replaceFirst("/+$", "")), key);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new ConfigurationException("SUPABASE_URL is no address: " + e.getReason());
    }
  }

  private static void checkKey(String key) {
    if (key.startsWith(PUBLISHABLE) || role(key).equals("anon")) {
      throw new ConfigurationException("SUPABASE_KEY is the key for browsers, which must not reach"
          + " Nivel's data; it takes a secret key (sb_secret_...) or the service_role key");
    }
    if (!key.startsWith(SECRET) && !key.startsWith(TOKEN)) {
      throw new ConfigurationException("SUPABASE_KEY is neither a secret key (sb_secret_...) nor a"
          + " service_role key (eyJ...)");
    }
    if (!key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new ConfigurationException("SUPABASE_KEY has characters that no key has");
    }
  }

  /** The role that a token is for, as far as it says so; "" if it is none. */
  private static String role(String key) {
    String[] parts = key.split("\\.", -1);
    if (!key.startsWith(TOKEN) || parts.length != 3) {
      return "";
    }
    try {
      String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      return claims.replaceAll("\\s", "").contains("\"role\":\"anon\"") ? "anon" : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** The address of a function. */
  URI function(String name) {
    return URI.create(base + "/rpc/" + name);
  }

  /** The headers that open the door. */
  Map<String, String> credentials() {
    return key.startsWith(SECRET) ? Map.of("apikey", key)
        : Map.of("apikey", key, "Authorization", "Bearer " + key);
  }

  /** The address: fit for logs. */
  @Override
  public String toString() {
    return base.toString();
  }
}
