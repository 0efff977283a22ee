package dev.nivel.faults.check;

/** What a history can break. The numbers are those of Nivel's promises. */
public enum Rule {
  /** I1: an acknowledged write is there, or something newer is. */
  LOST("I1"),
  /** I1: an acknowledgement names only what has the write. */
  CLAIMED("I1"),
  /** I2: versions never decrease. */
  REORDERED("I2"),
  /** I4: a read returns what was acknowledged before, or says that it may not. */
  STALE("I4"),
  /** I5: what was deleted does not come back. */
  RESURRECTED("I5"),
  /** I6: a value belongs to the conversation of which it is read. */
  FOREIGN("I6"),
  /** I7: what is read was written, whole, and once. */
  ALTERED("I7"),
  /** I9: all levels agree when everything is healed. */
  DIVERGED("I9"),
  /** I9: when everything is healed, every conversation takes writes. */
  POISONED("I9"),
  /** I10: a breaker opens for a failure of its store, and for nothing else. */
  OPENED("I10"),
  /** I11: the ledger is even. */
  UNEVEN("I11"),
  /** What was refused has no effect. */
  HALF_DONE("refusal"),
  /** A conditional write replaces the version that it names. */
  OVERWRITTEN("condition"),
  /** The same key and body answer the first result. */
  MISTAKEN("key"),
  /** Answers are those that the interface names, and without faults those of success. */
  UNFORESEEN("answer");

  private final String promise;

  Rule(String promise) {
    this.promise = promise;
  }

  /** The promise's number, or a word where it has none. */
  public String promise() {
    return promise;
  }
}
