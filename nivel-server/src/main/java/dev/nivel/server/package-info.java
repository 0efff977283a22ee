/**
 * The HTTP API. Start at Routes; HttpFront is the one file that knows Vert.x; each file {@code
 * *Routes} holds what answers a group of routes.
 */
@NullMarked
package dev.nivel.server;

import org.jspecify.annotations.NullMarked;
