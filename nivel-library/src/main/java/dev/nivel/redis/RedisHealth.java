package dev.nivel.redis;

import dev.nivel.store.L2;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Connects, and finds out whether the server is fit to be used. Called by one thread at a time. */
final class RedisHealth implements AutoCloseable {
  private static final Duration CANARY_TTL = Duration.ofMinutes(1);

  private final RedisLink link;
  private final Generations generations;
  private final ScriptRunner scripts;
  private final Subscription subscription;
  private final byte[] canaryKey = RedisKeys.canary(UUID.randomUUID().toString());
  private volatile L2.Listener listener = L2.Listener.NONE;
  private volatile long usedMemoryBytes;

  RedisHealth(RedisLink link, Generations generations, ScriptRunner scripts) {
    this.link = link;
    this.generations = generations;
    this.scripts = scripts;
    subscription = new Subscription(link);
  }

  void listen(L2.Listener hearing) {
    listener = hearing;
    link.onDisconnect(hearing::disconnected);
    generations.onNew(hearing::generationStarted);
  }

  /** See {@link L2#probe}. */
  void probe(boolean isAnew) {
    if (isAnew || !link.isConnected()) {
      link.connect(this::examine);
    } else {
      examine(link.commands());
    }
    sendCanary(link.commands());
    subscription.ensure(() -> listener);
  }

  private void examine(RedisAsyncCommands<byte[], byte[]> commands) {
    ServerFacts facts = new ServerFacts(link.await("L2 INFO", commands.info()));
    facts.check();
    usedMemoryBytes = facts.usedMemoryBytes();
    scripts.measureClock(commands);
    generations.verify(commands, facts);
  }

  /** A server may answer and yet refuse to write, or lose what it is told. */
  private void sendCanary(RedisAsyncCommands<byte[], byte[]> commands) {
    String song = UUID.randomUUID().toString();
    link.await("L2 canary", commands.set(canaryKey, RedisKeys.ascii(song),
        SetArgs.Builder.px(CANARY_TTL)));
    byte @Nullable [] heard = link.await("L2 canary", commands.get(canaryKey));
    if (heard == null || !RedisKeys.text(heard).equals(song)) {
      throw new UnavailableException("Redis does not return what was written to it");
    }
  }

  long usedMemoryBytes() {
    return usedMemoryBytes;
  }

  @Override
  public void close() {
    subscription.close();
  }
}
