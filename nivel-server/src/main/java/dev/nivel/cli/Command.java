package dev.nivel.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A command. */
interface Command {
  /** What it takes, and its help. */
  CommandSpec spec();

  /**
   * Does it.
   *
   * @return 0 done, 1 failed
   * @throws CommandFailure if it failed, with what to tell the user
   */
  int run(ParseResult arguments);
}
