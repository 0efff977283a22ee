package dev.nivel.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * Where a bucket is, and of which life its data are. Both are known together, so that what is
 * asked of a master never rests upon the life of another's data.
 *
 * @param master that owns the bucket
 * @param generation of the bucket's data there
 */
record Home(Master master, String generation) {
  RedisAsyncCommands<byte[], byte[]> commands() {
    return master.commands();
  }
}
