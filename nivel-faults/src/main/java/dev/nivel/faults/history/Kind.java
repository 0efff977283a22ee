package dev.nivel.faults.history;

/** What is asked of a server. */
public enum Kind {
  /** Put of an entry. */
  PUT,
  /** Put of an entry on the condition that it has a version. */
  PUT_IF,
  /** Put of an entry on the condition that there is none. */
  PUT_NEW,
  /** Deletion of an entry. */
  DELETE,
  /** One item or several. */
  APPEND,
  /** Erasure of a conversation. */
  ERASE,
  /** Read of an entry. */
  READ_ENTRY,
  /** Read of the newest items. */
  READ_LAST,
  /** Read of the items after one. */
  READ_AFTER,
  /** Read of a whole conversation. */
  READ_ALL;

  /** Whether it is judged by what is there. */
  public boolean isConditional() {
    return this == PUT_IF || this == PUT_NEW;
  }

  /** Whether it changes something. */
  public boolean isWrite() {
    return compareTo(ERASE) <= 0;
  }
}
