package dev.nivel.redis;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.UnavailableException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A master that Sentinels watch. All of them are asked at once, and most must answer: a few, cut
 * off with an old master, would not know that the others have made a new one. Of different answers
 * that of the latest failover holds.
 */
final class Sentinels implements Topology {
  private final Connector connector;
  private final List<Sentinel> sentinels;

  Sentinels(Connector connector) {
    this.connector = connector;
    sentinels = connector.url().addresses().stream().map(Sentinel::new).toList();
  }

  /** One of them, and the connection to it, which is kept. */
  private final class Sentinel {
    private final Address address;
    private volatile @Nullable StatefulRedisConnection<String, String> connection;

    private Sentinel(Address address) {
      this.address = address;
    }

    CompletableFuture<Map<String, String>> ask() {
      @Nullable StatefulRedisConnection<String, String> present = connection;
      CompletableFuture<StatefulRedisConnection<String, String>> open = present != null
          && present.isOpen() ? CompletableFuture.completedFuture(present)
              : connector.connectToSentinel(address).thenApply(this::keep);
      return open.thenCompose(opened -> opened.async()
          .dispatch(CommandType.SENTINEL, new MapOutput<>(StringCodec.UTF8),
              new CommandArgs<>(StringCodec.UTF8).add("MASTER").add(connector.url().master())));
    }

    private StatefulRedisConnection<String, String> keep(
        StatefulRedisConnection<String, String> opened) {
      close();
      connection = opened;
      return opened;
    }

    void close() {
      @Nullable StatefulRedisConnection<String, String> present = connection;
      connection = null;
      if (present != null) {
        Connector.close(present);
      }
    }
  }

  @Override
  public Layout ask(Collection<Master> connected) {
    List<CompletableFuture<Map<String, String>>> replies = sentinels.stream()
        .map(Sentinel::ask)
        .toList();
    List<Map<String, String>> answers = new ArrayList<>();
    @Nullable UnavailableException failure = null;
    boolean isUnknown = false;
    for (int i = 0; i < replies.size(); i++) {
      try {
        answers.add(connector.await("asking Sentinel at " + sentinels.get(i).address,
            replies.get(i)));
      } catch (UnavailableException e) {
        failure = e;
        isUnknown |= String.valueOf(e.getMessage()).contains("No such master");
        if (e.outcome() == UnavailableException.Outcome.UNKNOWN) { // it may be half dead
          sentinels.get(i).close();
        }
      }
    }
    if (isUnknown && answers.isEmpty()) {
      throw new ConfigurationException("Sentinel knows no master \""
          + connector.url().master() + "\"; check REDIS_URL", failure);
    }
    if (failure != null && answers.size() * 2 <= sentinels.size()) {
      throw new UnavailableException("only " + answers.size() + " of " + sentinels.size()
          + " Sentinels answer: " + failure.getMessage(), failure.outcome(), failure);
    }
    return Layout.of(latest(answers));
  }

  private static Address latest(List<Map<String, String>> answers) {
    Map<String, String> latest = answers.get(0);
    for (Map<String, String> answer : answers) {
      if (epoch(answer) > epoch(latest)) {
        latest = answer;
      }
    }
    return new Address(latest.getOrDefault("ip", ""),
        Integer.parseInt(latest.getOrDefault("port", "0")));
  }

  private static long epoch(Map<String, String> answer) {
    return Long.parseLong(answer.getOrDefault("config-epoch", "0"));
  }

  @Override
  public void close() {
    sentinels.forEach(Sentinel::close);
  }
}
