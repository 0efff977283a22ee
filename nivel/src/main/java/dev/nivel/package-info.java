@NullMarked
package dev.nivel;

import org.jspecify.annotations.NullMarked;
