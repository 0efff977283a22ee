package dev.nivel.bench;

import java.util.List;

/**
 * What can be measured by itself, and is a part of the report.
 *
 * @param command its name
 * @param title above its part
 * @param whole what the figures of the report are of
 * @param shortened for a look
 * @param program measures it
 */
record Scenario(String command, String title, Extent whole, Extent shortened, Program program) {
  /** In the order of the report, which is the one in which all of them run. */
  static final List<Scenario> ALL = List.of(
      new Scenario("l1", "The first level against caches in memory",
          new Extent(3, 250, 12.5), new Extent(1, 120, 0.7), L1Scenario::run),
      new Scenario("compression", "Values in Redis with a learned dictionary",
          new Extent(5, 300, 0.6), new Extent(3, 90, 0.1), CompressionScenario::run),
      new Scenario("journal", "What the journal costs a write",
          new Extent(5, 700, 3), new Extent(1, 150, 0.3), JournalScenario::run),
      new Scenario("backlog", "PostgreSQL out while conversations are written",
          new Extent(1, 1, 1), new Extent(1, 1, 0.3), BacklogScenario::run),
      new Scenario("redis", "L2 beside Lettuce and Redisson",
          new Extent(7, 1_000, 4), new Extent(3, 150, 0.4), RedisScenario::run),
      new Scenario("supabase", "L3 beside plain JDBC and Redisson",
          new Extent(7, 700, 6), new Extent(3, 100, 0.6), SupabaseScenario::run),
      new Scenario("ways", "Rows into PostgreSQL over JDBC and over REST",
          new Extent(5, 1_000, 0.9), new Extent(3, 150, 0.2), WaysScenario::run),
      new Scenario("http", "HTTP against bare handlers",
          new Extent(7, 1_200, 6.5), new Extent(3, 200, 0.9), HttpScenario::run),
      new Scenario("growth", "More conversations, and what takes longer then",
          new Extent(5, 1, 5), new Extent(2, 1, 0.8), GrowthScenario::run),
      new Scenario("start", "Start of the server",
          new Extent(5, 1, 1.3), new Extent(1, 1, 0.4), StartScenario::run));

  /** Measures and writes a part of the report. */
  interface Program {
    /** Returns whether all is as promised; goals of speed are the section's. */
    boolean run(Options options, Section section);
  }

  /** How long all of them may take together. */
  static double minutes(boolean isShort) {
    return ALL.stream().mapToDouble(scenario -> scenario.extent(isShort).minutes()).sum();
  }

  /** How much it measures. */
  Extent extent(boolean isShort) {
    return isShort ? shortened : whole;
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
