/** What was asked of the servers, and what they answered. */
@NullMarked
package dev.nivel.faults.history;

import org.jspecify.annotations.NullMarked;
