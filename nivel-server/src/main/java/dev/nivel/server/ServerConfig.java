package dev.nivel.server;

import dev.nivel.NivelConfig;
import dev.nivel.Setting;
import dev.nivel.Settings;
import dev.nivel.store.ConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the server is set up, besides the library.
 *
 * @param host where it listens
 * @param port 0 = a free one
 * @param token what callers must present; empty = nothing, and only loopback can call
 */
public record ServerConfig(String host, int port, Optional<String> token) {
  private static final Setting<String> NIVEL_HOST = Setting.text("127.0.0.1",
      "a name or address of this machine", "NIVEL_HOST");
  private static final Setting<Long> NIVEL_PORT = Setting.number(8_080, 0, 65_535, "NIVEL_PORT");
  private static final Setting<String> NIVEL_API_TOKEN = Setting.secret("a token without spaces",
      "NIVEL_API_TOKEN");
  /** What is promised for later, and must not be ignored in silence when somebody sets it. */
  private static final List<Setting<String>> NOT_YET = List.of(
      Setting.secret("nothing: JSON Web Tokens are not there yet, set NIVEL_API_TOKEN",
          "NIVEL_JWT_SECRET"),
      Setting.text("", "nothing: JSON Web Tokens are not there yet, set NIVEL_API_TOKEN",
          "NIVEL_JWKS_URL"));

  /**
   * From settings.
   *
   * @throws ConfigurationException if one is not allowed; the message names it
   */
  public static ServerConfig of(Settings settings) {
    for (Setting<String> setting : NOT_YET) {
      settings.optional(setting)
          .ifPresent(text -> {
            throw setting.refusal(setting.name(), text);
          });
    }
    ServerConfig config = new ServerConfig(settings.value(NIVEL_HOST),
        Math.toIntExact(settings.value(NIVEL_PORT)), settings.optional(NIVEL_API_TOKEN));
    config.token()
        .filter(token -> token.chars().anyMatch(Character::isWhitespace))
        .ifPresent(token -> {
          throw NIVEL_API_TOKEN.refusal("NIVEL_API_TOKEN", token);
        });
    config.checkHost();
    return config;
  }

  private void checkHost() {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw NIVEL_HOST.refusal("NIVEL_HOST", host);
    }
    if (token.isEmpty() && !address.isLoopbackAddress()) {
      throw new ConfigurationException("NIVEL_HOST is \"" + host + "\"; allowed is 127.0.0.1 or"
          + " another loopback address, as long as NIVEL_API_TOKEN is not set");
    }
  }

  /** All variables of server and library. */
  public static List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(NivelConfig.settings());
    all.addAll(List.of(NIVEL_HOST, NIVEL_PORT, NIVEL_API_TOKEN));
    return all;
  }

  /** Where it can be reached. */
  String url(int actualPort) {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return "http://" + name + ":" + actualPort;
  }
}
