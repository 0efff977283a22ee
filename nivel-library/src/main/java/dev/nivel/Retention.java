package dev.nivel;

import dev.nivel.store.Activity;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases conversations that nobody has written to for a configured time.
 *
 * <p>It walks through all conversations by id, a page a turn, and rests when it is through. What is
 * erased is what is older than that time, so nothing that is written meanwhile is lost; and a
 * conversation is left alone if Redis holds something newer that is not synced yet. Each node
 * walks; what one has erased, the others do not find.
 */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  /** How many conversations a turn looks at. */
  private static final int PAGE = 1_000;
  /** How many conversations a turn erases: each is told to every node. */
  static final int BATCH = 100;
  /** Erasures have stamps of their own, one before the other, within this time. */
  private static final Duration BARS = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PAUSE_AFTER_ERASURES = Duration.ofSeconds(10);
  static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
  /** How long it rests when it is through. */
  static final Duration REST = Duration.ofHours(1);

  private final Duration retention;
  private final L2 l2;
  private final L3 l3;
  private final ErasePath erasure;
  private final Context context;
  private String position = "";

  /**
   * A walk.
   *
   * @param retention how long what is not written any more is kept
   */
  Retention(Duration retention, Levels levels, ErasePath erasure, Context context) {
    this.retention = retention;
    l2 = levels.l2();
    l3 = levels.l3();
    this.erasure = erasure;
    this.context = context;
  }

  /** Looks at a page and erases what is old; returns how long to rest. */
  Duration turn() {
    if (context.health().mode() != Mode.NORMAL) { // what is in Redis can't be known
      return PAUSE_AFTER_FAILURE;
    }
    try {
      return walk();
    } catch (UnavailableException e) {
      LOG.warn("Old conversations were not erased; a later turn does it: {}", e.getMessage());
      return PAUSE_AFTER_FAILURE;
    }
  }

  private Duration walk() {
    long nowMillis = context.meters().time().millis();
    Stamp bar = Stamp.at(nowMillis - retention.toMillis(), context.membership().number());
    Instant before = bar.instant().minus(BARS);
    List<Activity> page = l3.activitiesBefore(before, position, PAGE);
    int erased = 0;
    for (Activity activity : page) {
      if (activity.lastActivity().isBefore(before) && isOld(activity.conversation(), before)) {
        bar = erasure.eraseUpTo(activity.conversation(), bar).previous();
        erased++;
      }
      position = activity.conversation();
      if (erased == BATCH) {
        break;
      }
    }
    if (page.isEmpty()) {
      position = "";
      return REST;
    }
    if (erased > 0) {
      LOG.info("{} conversations were erased that nobody had written to for {} days", erased,
          retention.toDays());
    }
    return erased > 0 ? PAUSE_AFTER_ERASURES : PAUSE;
  }

  /** Whether L2 has nothing newer, either. */
  private boolean isOld(String conversation, Instant before) {
    try {
      return l2.conversation(conversation)
          .fields()
          .stream()
          .map(Field::stamp)
          .allMatch(stamp -> stamp.instant().isBefore(before));
    } catch (CorruptException e) {
      LOG.warn("An old conversation is not erased, for something of it in Redis is damaged: {}",
          e.getMessage());
      return false;
    }
  }
}
