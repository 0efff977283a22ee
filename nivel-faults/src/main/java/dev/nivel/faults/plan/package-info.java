/** Which faults a run has, and when: chosen by its seed. */
@NullMarked
package dev.nivel.faults.plan;

import org.jspecify.annotations.NullMarked;
