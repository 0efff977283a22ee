@NullMarked
package dev.nivel.embedded;

import org.jspecify.annotations.NullMarked;
