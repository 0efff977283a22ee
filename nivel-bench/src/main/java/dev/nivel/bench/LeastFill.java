package dev.nivel.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The least that it takes to bring conversations from PostgreSQL to a Redis that may be a cluster,
 * without overwriting what is written meanwhile, by bare Lettuce: a token for each before
 * PostgreSQL is read, which whoever writes would take away, and for each a script that stores all
 * fields if the token is still there and nothing is held. Tokens leave as one pipeline, scripts as
 * another. It neither asks what Redis holds nor keeps or judges anything else. For use by one
 * thread.
 */
final class LeastFill {
  private static final String SCRIPT = """
      if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 1 then
        return 'LEFT'
      end
      redis.call('DEL', KEYS[2])
      redis.call('HSET', KEYS[1], unpack(ARGV, 3))
      redis.call('PEXPIRE', KEYS[1], ARGV[2])
      return 'FILLED'
      """;
  private static final byte[] TOKEN = bytes("0123456789ab-cdef-0123456789abcdef01");
  private static final Duration TOKEN_TTL = Duration.ofSeconds(5);

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final String digest;
  private final byte[] ttlMillis;

  /** Uses a connection of its own, which ends with its client. */
  LeastFill(RedisClient client, Duration ttl) {
    connection = client.connect(ByteArrayCodec.INSTANCE);
    digest = connection.sync().scriptLoad(SCRIPT);
    ttlMillis = bytes(Long.toString(ttl.toMillis()));
  }

  /** Sets the tokens. */
  void begin(List<String> ids) {
    List<RedisFuture<String>> replies = new ArrayList<>();
    for (String id : ids) {
      replies.add(connection.async()
          .set(token(id), TOKEN, SetArgs.Builder.nx().px(TOKEN_TTL)));
    }
    replies.forEach(reply -> Timing.require("OK".equals(RedisClients.await(reply)), "a token"));
  }

  /** Stores conversations whose tokens are set, each as its fields. */
  void fill(Map<String, Map<String, byte[]>> conversations) {
    List<RedisFuture<byte[]>> replies = new ArrayList<>();
    conversations.forEach((id, fields) -> replies.add(send(id, fields)));
    replies.forEach(reply -> Timing.require("FILLED".equals(
        new String(RedisClients.await(reply), StandardCharsets.UTF_8)), "filled"));
  }

  private RedisFuture<byte[]> send(String id, Map<String, byte[]> fields) {
    List<byte[]> arguments = new ArrayList<>(List.of(TOKEN, ttlMillis));
    fields.forEach((field, content) -> {
      arguments.add(bytes(field));
      arguments.add(content);
    });
    return connection.async()
        .evalsha(digest, ScriptOutputType.VALUE, new byte[][]{bytes("least-fill:" + id), token(id)},
            arguments.toArray(byte[][]::new));
  }

  private static byte[] token(String id) {
    return bytes("least-fill-token:" + id);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
