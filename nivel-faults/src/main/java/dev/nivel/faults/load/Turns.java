package dev.nivel.faults.load;

/** A client as its load sees it. */
interface Turns {
  /** One operation, or some that belong together, and a pause. */
  void turn();
}
