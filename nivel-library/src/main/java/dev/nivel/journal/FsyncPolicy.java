package dev.nivel.journal;

/** How soon an append is on the disk itself, past the caches of the operating system. */
public enum FsyncPolicy {
  /** Before the append returns. Appends that come while an fsync runs share the next one. */
  ALWAYS,
  /** With the next {@link Journal#flush()}: a power cut may take what came after the last one. */
  INTERVAL,
  /** When the operating system sees fit: a power cut takes more, a crash of the process nothing. */
  OS
}
