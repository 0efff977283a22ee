@NullMarked
package dev.nivel.bench;

import org.jspecify.annotations.NullMarked;
