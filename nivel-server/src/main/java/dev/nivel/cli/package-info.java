/** The command line: {@code nivel <command>}. Each command is a file; Main lists them. */
@NullMarked
package dev.nivel.cli;

import org.jspecify.annotations.NullMarked;
