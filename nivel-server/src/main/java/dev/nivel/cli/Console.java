package dev.nivel.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param out results
 * @param err everything else
 * @param in what is piped in
 * @param isTerminal whether somebody watches
 */
record Console(PrintStream out, PrintStream err, InputStream in, boolean isTerminal) {
  void print(String line) {
    out.println(line);
  }

  void error(String line) {
    err.println(line);
  }

  /** Shows how far long work is, in place of what was shown before; nothing if nobody watches. */
  void progress(String line) {
    if (isTerminal) {
      err.print("\r\u001b[K" + line);
      err.flush();
    }
  }

  /** Takes the last progress away. */
  void endProgress() {
    progress("");
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }
}
