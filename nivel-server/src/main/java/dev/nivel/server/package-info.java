@NullMarked
package dev.nivel.server;

import org.jspecify.annotations.NullMarked;
