/** The words that every level shares, and what the engine asks of L2 and L3. Knows the JDK only. */
@NullMarked
package dev.nivel.store;

import org.jspecify.annotations.NullMarked;
