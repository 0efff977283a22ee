package dev.nivel.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** An answer, free of the HTTP server's types. */
final class Response {
  private static final byte[] NOTHING = {};

  private final int status;
  private final byte[] body;
  private final Map<String, String> headers = new LinkedHashMap<>(4);

  private Response(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  static Response of(int status, String contentType, byte[] body) {
    return new Response(status, body).header("Content-Type", contentType);
  }

  static Response json(int status, byte[] body) {
    return of(status, "application/json", body);
  }

  static Response json(int status, Json.Writing writing) {
    return json(status, Json.write(writing));
  }

  static Response empty(int status) {
    return new Response(status, NOTHING);
  }

  Response header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
