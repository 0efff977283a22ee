/** Real stores and real servers of Nivel, with a fault proxy on every line between them. */
@NullMarked
package dev.nivel.faults.cluster;

import org.jspecify.annotations.NullMarked;
