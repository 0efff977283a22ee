/**
 * L2: Redis by Lettuce. Keys, scripts and the envelope of a value are described in docs/redis.md.
 */
@NullMarked
package dev.nivel.redis;

import org.jspecify.annotations.NullMarked;
