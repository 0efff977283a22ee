package dev.nivel;

import dev.nivel.store.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The shortest way to an entry that L1 has: no lock (but one, for each conversation once, if it is
 * free), no allocation, no real clock, and few objects, as each is a memory access that has to wait
 * for the one before.
 *
 * <p>Whether L1 may answer for a conversation is looked at once in each tick of the coarse clock
 * ({@link Resident#vouch}). What makes it untrue within a tick ends that tick: others are not heard
 * any more ({@link L1Lease#refresh}), all is to be believed no more ({@link L1#expire}). A reader
 * takes the tick before it looks, so that one who is slow vouches for a tick that is over.
 */
final class HitPath {
  private final CoarseClock clock;
  private final L1 l1;
  private final L1Lease lease;
  private final HitCounter hits;

  HitPath(Levels levels, HitCounter hits) {
    l1 = levels.l1();
    clock = l1.clock();
    lease = levels.lease();
    this.hits = hits;
  }

  /**
   * A living entry of a conversation that L1 had when it was looked up; null if there is none or
   * this way does not lead to it. A name need not be checked before: none that is here is wrong.
   */
  @Nullable
  Entry find(Resident resident, String name) {
    long tick = clock.tick();
    @Nullable Entry favorite = resident.favorite(name, tick);
    @Nullable Entry found = favorite != null ? favorite : look(resident, name, tick);
    if (found != null) {
      hits.increment();
    }
    return found;
  }

  private @Nullable Entry look(Resident resident, String name, long tick) {
    if (!lease.isFresh() || tick >= resident.expiresAtTick()) {
      return null;
    }
    resident.vouch(tick);
    @Nullable Entry favorite = resident.favorite(name, tick);
    return favorite != null ? favorite : lookUp(resident, name);
  }

  private @Nullable Entry lookUp(Resident resident, String name) {
    @Nullable Slot slot = resident.known().slot(name);
    if (slot == null) {
      return null;
    }
    if (!resident.hasFavorite() && slot.lasting() != null) {
      l1.favor(resident, name);
    }
    return slot.living(clock.millis());
  }
}
