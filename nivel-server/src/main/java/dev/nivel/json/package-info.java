/** JSON texts, taken apart without changing a byte. Shared by server and command line. */
@NullMarked
package dev.nivel.json;

import org.jspecify.annotations.NullMarked;
