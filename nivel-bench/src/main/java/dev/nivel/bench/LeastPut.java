package dev.nivel.bench;

import dev.nivel.store.Stamp;
import dev.nivel.store.Time;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The least that a put must do, by bare Lettuce: one script that refuses a caller who has given up,
 * a Redis that is not the one that he knows, and what is not newer than what is held or was erased;
 * that marks the field as unsynced before it is stored, takes away the right to fill, and tells one
 * listener. It neither keeps nor judges anything else.
 */
final class LeastPut {
  private static final String SCRIPT = """
      local time = redis.call('TIME')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      local known = redis.call('MGET', KEYS[3], KEYS[4])
      if now > tonumber(ARGV[2]) or known[1] ~= ARGV[1] then
        return 'REFUSED'
      end
      local stamp = struct.unpack('>I8', ARGV[4])
      local helds = redis.call('HMGET', KEYS[1], 'erased', ARGV[3])
      if (helds[1] and tonumber(helds[1]) >= stamp)
          or (helds[2] and struct.unpack('>I8', helds[2]) >= stamp) then
        return 'REFUSED'
      end
      redis.call('ZADD', KEYS[2], 'NX', now, KEYS[1] .. ' ' .. ARGV[3])
      redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
      if known[2] then
        redis.call('DEL', KEYS[4])
      end
      redis.call('PUBLISH', 'least:changes',
        KEYS[1] .. '\\n' .. string.format('%d', stamp) .. '\\n' .. ARGV[3])
      return 'STORED'
      """;
  private static final byte[] GENERATION = bytes("0123456789ab.cdef0123");
  private static final long PATIENCE_MILLIS = 20_000;

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String digest;

  /** Uses connections of its own, which end with their client. */
  LeastPut(RedisClient client) {
    connection = client.connect(ByteArrayCodec.INSTANCE);
    RedisCommands<byte[], byte[]> commands = connection.sync();
    digest = commands.scriptLoad(SCRIPT);
    commands.set(bytes("least:generation"), GENERATION);
    StatefulRedisPubSubConnection<byte[], byte[]> listener = client
        .connectPubSub(ByteArrayCodec.INSTANCE);
    listener.sync().subscribe(bytes("least:changes"));
  }

  /** The hash of a conversation. */
  static String key(String id) {
    return "least:" + id;
  }

  /** Sends a put. */
  RedisFuture<byte[]> send(String id, String field, Stamp stamp, byte[] value) {
    byte[] stamped = ByteBuffer.allocate(Long.BYTES + value.length)
        .putLong(stamp.bits())
        .put(value)
        .array();
    byte[][] keys = {bytes(key(id)), bytes("least:dirty"), bytes("least:generation"),
        bytes("least:token:" + id)};
    return connection.async()
        .evalsha(digest, ScriptOutputType.VALUE, keys, GENERATION,
            bytes(Long.toString(Time.SYSTEM.millis() + PATIENCE_MILLIS)), bytes(field),
            stamped);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
