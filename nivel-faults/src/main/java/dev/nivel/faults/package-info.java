/** Kills, freezes and cuts real servers under load, and checks that nothing is lost. */
@NullMarked
package dev.nivel.faults;

import org.jspecify.annotations.NullMarked;
