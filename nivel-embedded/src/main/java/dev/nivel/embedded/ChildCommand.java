package dev.nivel.embedded;

import java.nio.file.Path;
import java.util.List;

/**
 * A program to start.
 *
 * @param home the server's directory, in which it starts
 * @param arguments the program and its arguments; every user of the machine can read them
 * @param deathSignal what the kernel sends it when this process dies
 * @param isUnprivileged whether it refuses to run as root
 */
record ChildCommand(Path home, List<String> arguments, Signal deathSignal,
    boolean isUnprivileged) {}
