package dev.nivel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** An answer, free of the HTTP server's types. */
final class Response {
  private static final byte[] NOTHING = {};

  private final int status;
  private final byte[] body;
  /** Names and values by turns. */
  private final List<String> headers = new ArrayList<>();
  private boolean isRecurring;

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

  /** Adds a header; of several of one name the last counts. */
  Response header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  /** Says that an answer with the same headers is likely to come again; its status is 200. */
  Response recurring() {
    isRecurring = true;
    return this;
  }

  boolean isRecurring() {
    return isRecurring;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body;
  }

  /** Names and values by turns. */
  List<String> headers() {
    return headers;
  }

  /** Hands each header over, its name and its value. */
  void forEachHeader(BiConsumer<String, String> receiver) {
    for (int i = 0; i < headers.size(); i += 2) {
      receiver.accept(headers.get(i), headers.get(i + 1));
    }
  }
}
