package dev.nivel.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A named place in the code at which a test can have the process end, as a crash would. The system
 * property {@code nivel.faults} names it: {@code name:count} ends the process at the count-th
 * arrival. Without the property a place costs one look at a constant. Safe for use by several
 * threads.
 */
public final class FaultPoint {
  private static final String WANTED = System.getProperty("nivel.faults", "");
  private static final boolean IS_ANY_WANTED = !WANTED.isEmpty();
  private static final AtomicLong ARRIVALS_LEFT = new AtomicLong(
      IS_ANY_WANTED ? Long.parseLong(WANTED.substring(WANTED.indexOf(':') + 1)) : 0);
  private static final int EXIT_CODE = 137;

  private FaultPoint() {}

  /** Ends the process at once if a test wants that here and now. */
  public static void reach(String name) {
    if (IS_ANY_WANTED && WANTED.startsWith(name + ":") && ARRIVALS_LEFT.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
