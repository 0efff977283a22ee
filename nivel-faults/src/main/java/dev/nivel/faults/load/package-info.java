/** The load: clients that write values of which each exists once, and read. */
@NullMarked
package dev.nivel.faults.load;

import org.jspecify.annotations.NullMarked;
