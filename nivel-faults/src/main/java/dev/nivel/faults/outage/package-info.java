/** Outages of Redis under a steady load: what callers see, and for how long. */
@NullMarked
package dev.nivel.faults.outage;

import org.jspecify.annotations.NullMarked;
