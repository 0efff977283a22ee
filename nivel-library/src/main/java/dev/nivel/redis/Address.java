package dev.nivel.redis;

/** Where a server listens. */
record Address(String host, int port) {
  /**
   * The address in a redirection of Redis.
   *
   * @param text {@code host:port}; an empty host means the one of the server that says so
   * @throws IllegalArgumentException if it is none
   */
  static Address parse(String text, String hostOfSpeaker) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no host and port: " + text);
    }
    String host = text.substring(0, colon);
    return new Address(host.isEmpty() ? hostOfSpeaker : host,
        Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
