package dev.nivel;

import java.time.Instant;
import java.util.List;

/**
 * A preload that runs in the background.
 *
 * @param id names it
 * @param state how far it is
 * @param at when it begins
 * @param conversations how many
 * @param reports of those that are done; empty before
 */
public record PreloadJob(String id, State state, Instant at, int conversations,
    List<PreloadReport> reports) {
  /** How far a job is. */
  public enum State {
    /** It has not begun. */
    WAITING,
    /** It runs. */
    RUNNING,
    /** It is done. */
    DONE,
    /** The levels failed. */
    FAILED,
    /** It was cancelled before it began. */
    CANCELLED
  }
}
