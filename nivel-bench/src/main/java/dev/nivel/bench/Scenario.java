package dev.nivel.bench;

import java.util.List;

/**
 * What can be measured by itself, and is a part of the report.
 *
 * @param command its name
 * @param title above its part
 * @param program measures it
 */
record Scenario(String command, String title, Program program) {
  /** In the order of the report. */
  static final List<Scenario> ALL = List.of(
      new Scenario("l1", "The first level against caches in memory", L1Scenario::run),
      new Scenario("compression", "Values in Redis with a learned dictionary",
          CompressionScenario::run),
      new Scenario("journal", "What the journal costs a write", JournalScenario::run),
      new Scenario("backlog", "PostgreSQL out while conversations are written",
          BacklogScenario::run),
      new Scenario("redis", "L2 beside Lettuce and Redisson", RedisScenario::run),
      new Scenario("supabase", "L3 beside plain JDBC and Redisson", SupabaseScenario::run),
      new Scenario("ways", "Rows into PostgreSQL over JDBC and over REST", WaysScenario::run),
      new Scenario("http", "HTTP against bare handlers", HttpScenario::run),
      new Scenario("growth", "More conversations, and what takes longer then",
          GrowthScenario::run),
      new Scenario("start", "Start of the server", StartScenario::run));

  /** Measures and writes a part of the report. */
  interface Program {
    /** Returns whether all is as promised; goals of speed are the section's. */
    boolean run(Options options, Section section);
  }

  /**
   * The one of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Scenario of(String command) {
    return ALL.stream()
        .filter(scenario -> scenario.command.equals(command))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no scenario \"" + command + "\""));
  }
}
