package dev.nivel.redis;

import dev.nivel.store.L2;
import dev.nivel.store.NivelException;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears on the change channel of one master what any node wrote there. When it breaks, changes may
 * have been missed. Used by one thread at a time.
 */
final class Subscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final String WHOLE_CONVERSATION = "*";

  private final Master master;
  private final Connector connector;
  private final Supplier<L2.Listener> listener;
  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
  /** Of the process that the connection leads to. */
  private String runId = "";

  Subscription(Master master, Connector connector, Supplier<L2.Listener> listener) {
    this.master = master;
    this.connector = connector;
    this.listener = listener;
  }

  /**
   * Proves that all changes have been heard that the master made before this call, or subscribes
   * anew. The answer comes on the connection for messages, after all of them. That it is the answer
   * of the process to which the commands go was established when it was subscribed to: a connection
   * does not change its process.
   */
  void ensure() {
    @Nullable StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
    if (present != null && present.isOpen() && runId.equals(master.facts().runId())) {
      try {
        connector.await("PING on the change channel", present.async().ping());
        return;
      } catch (UnavailableException e) {
        LOG.warn("The change channel of {} does not answer; it is opened anew: {}", master,
            e.getMessage());
      }
    }
    close();
    open();
  }

  private void open() {
    StatefulRedisPubSubConnection<byte[], byte[]> opened = connector
        .connectForMessages(master.address());
    opened.addListener(new RedisPubSubAdapter<>() {
      @Override
      public void message(byte[] channel, byte[] message) {
        deliver(message, listener.get());
      }
    });
    opened.addListener(new RedisConnectionStateListener() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
        listener.get().changesMissed();
      }
    });
    try {
      runId = new ServerFacts(connector.await("L2 INFO", opened.async().info("server"))).runId();
      if (!runId.equals(master.facts().runId())) {
        throw new UnavailableException("The change channel of Redis at " + master
            + " leads to another server than its commands");
      }
      connector.await("subscribing to changes", opened.async().subscribe(RedisKeys.CHANGES));
    } catch (NivelException e) {
      Connector.close(opened);
      throw e;
    }
    connection = opened;
    listener.get().changesMissed();
  }

  /** A message is: node, conversation, stamp, key, a line each. */
  private static void deliver(byte[] message, L2.Listener listener) {
    String[] lines = RedisKeys.text(message).split("\n", 4);
    try {
      int node = Integer.parseInt(lines[0]);
      String conversation = RedisKeys.decode(lines[1]);
      Stamp stamp = Stamp.parse(lines[2]);
      if (lines[3].equals(WHOLE_CONVERSATION)) {
        listener.erased(node, conversation, stamp);
      } else {
        listener.changed(node, conversation, lines[3], stamp);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      LOG.warn("A message on the change channel is not Nivel's: {} lines", lines.length);
      listener.changesMissed();
    }
  }

  @Override
  public void close() {
    @Nullable StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
    connection = null;
    if (present != null) {
      Connector.close(present);
    }
  }
}
