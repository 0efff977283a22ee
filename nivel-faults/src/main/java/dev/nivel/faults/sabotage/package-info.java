/** Planted bugs, which the suite must find. */
@NullMarked
package dev.nivel.faults.sabotage;

import org.jspecify.annotations.NullMarked;
