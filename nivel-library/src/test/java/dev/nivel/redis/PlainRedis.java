package dev.nivel.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Redis past Nivel: plain commands on a connection of their own. A byte is a Latin-1 character. */
final class PlainRedis implements AutoCloseable {
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  private PlainRedis(String url) {
    client = RedisClient.create(url);
    connection = client.connect(new StringCodec(StandardCharsets.ISO_8859_1));
  }

  static PlainRedis at(String url) {
    return new PlainRedis(url);
  }

  /** Its commands wait no longer than this. */
  PlainRedis waitingAtMost(Duration timeout) {
    connection.setTimeout(timeout);
    return this;
  }

  RedisCommands<String, String> commands() {
    return connection.sync();
  }

  /** Makes or changes an ACL user: a name and rules. */
  void acl(String user) {
    StringCodec codec = new StringCodec();
    CommandArgs<String, String> arguments = new CommandArgs<>(codec).add("SETUSER");
    for (String rule : user.split(" ", -1)) {
      arguments.add(rule);
    }
    commands().dispatch(CommandType.ACL, new StatusOutput<>(codec), arguments);
  }

  /** The bytes of a field of a conversation. */
  String envelope(String conversation, String key) {
    return Objects.requireNonNull(commands().hget(hash(conversation), key), key);
  }

  /** The parts of a conversation's head. */
  List<String> head(String conversation) {
    return List.of(envelope(conversation, "h").split(" ", -1));
  }

  /** The keys in the index of unsynced fields that belong to a conversation. */
  List<String> indexed(String conversation) {
    String prefix = RedisKeys.encode(conversation) + " ";
    return commands().zrange(index(conversation), 0, -1)
        .stream()
        .filter(member -> member.startsWith(prefix))
        .map(member -> member.substring(prefix.length()))
        .toList();
  }

  /** How often a command was called, as Redis counts. */
  long calls(String command) {
    String prefix = "cmdstat_" + command + ":calls=";
    return commands().info("commandstats")
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> Long.parseLong(line.substring(prefix.length(), line.indexOf(','))))
        .sum();
  }

  /** Hears what is published on a channel from now on. */
  BlockingQueue<String> listen(String channel) {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    StatefulRedisPubSubConnection<String, String> listening = client
        .connectPubSub(new StringCodec(StandardCharsets.ISO_8859_1));
    listening.addListener(new RedisPubSubAdapter<>() {
      @Override
      public void message(String from, String message) {
        messages.add(message);
      }
    });
    listening.sync().subscribe(channel);
    return messages;
  }

  /** The key of a conversation. */
  static String hash(String conversation) {
    return RedisKeys.text(
        RedisKeys.hash(RedisKeys.bucket(conversation), RedisKeys.encode(conversation)));
  }

  /** The key of the index that lists a conversation's unsynced fields. */
  static String index(String conversation) {
    return RedisKeys.text(RedisKeys.unsynced(RedisKeys.bucket(conversation)));
  }

  @Override
  public void close() {
    client.close();
  }
}
