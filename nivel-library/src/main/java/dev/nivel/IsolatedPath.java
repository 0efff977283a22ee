package dev.nivel;

import dev.nivel.journal.Place;
import dev.nivel.store.Field;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.WriteReply;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writing while neither Redis nor Supabase takes writes, if that is configured.
 *
 * <ol>
 * <li>The journal takes the write in, or it is refused: nothing else keeps it.
 * <li>So does the outbox, whose bound holds here too; this node's reads see it there, and in what
 * memory remembers.
 * <li>It is acknowledged as being in the journal alone. Whichever store returns first gets it:
 * Redis by an offer (RecoveryPath), Supabase by a sync.
 * </ol>
 *
 * A condition or an idempotency key can't be judged, and other nodes see nothing of it until then.
 */
final class IsolatedPath {
  private final L1 l1;
  private final Outbox outbox;
  private final Journaling journaling;
  private final Health health;
  private final boolean isUsed;

  /**
   * @param isUsed whether it is configured
   */
  IsolatedPath(Levels levels, Health health, boolean isUsed) {
    l1 = levels.l1();
    outbox = levels.outbox();
    journaling = levels.journaling();
    this.health = health;
    this.isUsed = isUsed;
  }

  /** Whether this is the way for a draft at present. */
  boolean takes(Draft draft) {
    return isUsed && health.isNoStoreWritable() && !draft.mustBeJudged();
  }

  /**
   * Writes fields to the journal.
   *
   * @throws UnavailableException if it does not take them
   */
  WritePath.Tried write(Draft draft, List<Field> fields) {
    String conversation = draft.conversation();
    boolean existed = isThere(conversation, fields.get(0));
    @Nullable Place place = journaling.append(conversation, fields);
    if (!Journaling.isSomewhere(place)) {
      throw new UnavailableException(
          "neither Redis nor Supabase takes writes, and the journal can't take the"
              + " write: " + journaling.counts().reason());
    }
    outbox.acknowledge(conversation, fields, place);
    health.offerDue(true); // a trial of Redis that is under way may have looked before
    l1.applyToRemembered(conversation, fields);
    return new WritePath.Tried(WriteReply.accepted(existed), Set.of(Durability.JOURNAL));
  }

  /** Whether there was such an entry, as far as this node knows. */
  private boolean isThere(String conversation, Field field) {
    @Nullable Field own = outbox.of(conversation, field.key());
    return own != null && own.content() != null;
  }
}
