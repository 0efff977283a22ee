package dev.nivel.faults.history;

import java.util.List;

/**
 * What a server answered.
 *
 * @param status of HTTP, 0 if there was no answer
 * @param stamps the version of an entry or an erasure, the ids of items; empty if it names none
 * @param durability what the reply of a write says
 * @param cacheStatus the header, empty if there was none
 * @param seen what a read returned
 * @param problem the body of an answer that is neither an acknowledgement nor what was read
 */
public record Reply(Outcome outcome, int status, List<Long> stamps, List<String> durability,
    String cacheStatus, Seen seen, String problem) {

  /** Of what has succeeded. */
  public Reply(Outcome outcome, int status, List<Long> stamps, List<String> durability,
      String cacheStatus, Seen seen) {
    this(outcome, status, stamps, durability, cacheStatus, seen, "");
  }

  /** Of a write that was not acknowledged. */
  public static Reply without(Outcome outcome, int status) {
    return without(outcome, status, "");
  }

  /** The same, with what the server said. */
  public static Reply without(Outcome outcome, int status, String problem) {
    return new Reply(outcome, status, List.of(), List.of(), "", Seen.NOTHING, problem);
  }

  /** Whether the answer says of itself that it may be outdated. */
  public boolean isStale() {
    return cacheStatus.contains("stale");
  }
}
