package dev.nivel.faults.check;

import dev.nivel.faults.history.Operation;

/**
 * Which copies of what was not yet in PostgreSQL the faults of a run have left.
 *
 * @param ofRedis whether Redis lost nothing that it had taken in
 * @param ofMemory whether no server lost what it had in memory
 * @param ofJournals whether every journal could take in all that it was given
 */
public record Survival(boolean ofRedis, boolean ofMemory, boolean ofJournals) {
  /** All of them. */
  public static final Survival COMPLETE = new Survival(true, true, true);

  /** Whether what a write has brought must stay, once somebody saw it, until it is replaced. */
  boolean keeps(Operation write) {
    if (ofRedis) {
      return true;
    }
    return write.isOk() && (ofMemory || write.reply()
        .durability()
        .stream()
        .anyMatch(level -> level.equals("journal") || level.equals("supabase")));
  }

  /** Whether deletions must stay; their acknowledgements do not say where they are. */
  boolean keepsDeletions() {
    return ofRedis || ofMemory || ofJournals;
  }
}
