/**
 * The local journal: what this node has acknowledged, in files, until L3 has it. Knows the words of
 * the stores and the JDK only.
 */
@NullMarked
package dev.nivel.journal;

import org.jspecify.annotations.NullMarked;
