package dev.nivel;

import java.util.function.Supplier;

/** What calls to a store pass on their way. */
interface Guard {
  /** Makes a call, or refuses it. */
  <T> T call(Supplier<T> work);

  /** Makes a call that returns nothing, or refuses it. */
  default void run(Runnable work) {
    call(() -> {
      work.run();
      return true;
    });
  }
}
