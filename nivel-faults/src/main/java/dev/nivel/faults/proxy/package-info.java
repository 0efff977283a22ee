/** A TCP proxy that damages what passes through it, on demand. */
@NullMarked
package dev.nivel.faults.proxy;

import org.jspecify.annotations.NullMarked;
