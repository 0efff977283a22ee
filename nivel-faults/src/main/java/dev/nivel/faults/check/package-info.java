/** Whether a history keeps the promises. */
@NullMarked
package dev.nivel.faults.check;

import org.jspecify.annotations.NullMarked;
