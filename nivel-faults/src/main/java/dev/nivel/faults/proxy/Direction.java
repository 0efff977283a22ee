package dev.nivel.faults.proxy;

/** Which way bytes go. */
public enum Direction {
  /** Requests, from the client to the server. */
  TO_SERVER,
  /** Replies, from the server to the client. */
  TO_CLIENT
}
