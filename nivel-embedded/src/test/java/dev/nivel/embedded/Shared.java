package dev.nivel.embedded;

import java.nio.file.Path;

/** What all integration tests of this module share. */
final class Shared {
  /** Unpacked once a build; PostgreSQL takes 60 MB. */
  static final Path BINARIES = Path.of("target", "embedded-binaries");

  private Shared() {}
}
