package dev.nivel.redis;

import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Redis holds of a conversation.
 *
 * @param unsynced the members of the bucket's index
 * @param token who may fill it; null = nobody
 */
record HeldState(Map<String, String> fields, List<String> unsynced, @Nullable String token,
    boolean expires) {
  /**
   * As it is.
   *
   * @param keys those that scripts take
   */
  static HeldState of(PlainRedis plain, String[] keys) {
    RedisCommands<String, String> commands = plain.commands();
    return new HeldState(commands.hgetall(keys[0]),
        commands.zrange(keys[1], 0, -1).stream().sorted().toList(), commands.get(keys[3]),
        commands.pttl(keys[0]) > 0);
  }

  /** Makes it so again. */
  void restore(PlainRedis plain, String[] keys) {
    RedisCommands<String, String> commands = plain.commands();
    commands.del(keys[0], keys[1], keys[3]);
    if (!fields.isEmpty()) {
      commands.hset(keys[0], fields);
    }
    unsynced.forEach(member -> commands.zadd(keys[1], 1, member));
    if (token != null) {
      commands.set(keys[3], token);
    }
    if (expires) {
      commands.pexpire(keys[0], Duration.ofHours(1));
    }
  }
}
