/** The first level against caches that live in memory, by JMH. */
@NullMarked
package dev.nivel.bench.l1;

import org.jspecify.annotations.NullMarked;
