package dev.nivel.bench;

import java.util.Map;

/** How the journal is kept. */
enum JournalVariant {
  /** Not at all. */
  OFF("off", "interval"),
  /** Fsynced every 100 ms, as is the default. */
  INTERVAL("on", "interval"),
  /** Fsynced before each acknowledgement. */
  ALWAYS("on", "always"),
  /** Fsynced when the operating system sees fit. */
  OS("on", "os");

  private final String journal;
  private final String fsync;

  JournalVariant(String journal, String fsync) {
    this.journal = journal;
    this.fsync = fsync;
  }

  Map<String, String> variables() {
    return Map.of("NIVEL_JOURNAL", journal, "NIVEL_JOURNAL_FSYNC", fsync);
  }
}
