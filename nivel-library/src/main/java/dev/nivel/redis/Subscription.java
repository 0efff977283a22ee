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
 * Hears on the change channel what any node wrote. When it breaks, changes may have been missed.
 */
final class Subscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final String WHOLE_CONVERSATION = "*";

  private final RedisLink link;
  private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;

  Subscription(RedisLink link) {
    this.link = link;
  }

  /** Subscribes anew if there is no connection that answers. */
  void ensure(Supplier<L2.Listener> listener) {
    @Nullable StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
    if (present != null && present.isOpen()) {
      try {
        link.await("PING on the change channel", present.async().ping());
        return;
      } catch (UnavailableException e) {
        LOG.warn("The change channel does not answer; it is opened anew: {}", e.getMessage());
      }
    }
    close();
    open(listener);
  }

  private void open(Supplier<L2.Listener> listener) {
    StatefulRedisPubSubConnection<byte[], byte[]> opened = link.connectForMessages();
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
      link.await("subscribing to changes", opened.async().subscribe(RedisKeys.CHANGES));
    } catch (NivelException e) {
      RedisLink.close(opened);
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
      RedisLink.close(present);
    }
  }
}
