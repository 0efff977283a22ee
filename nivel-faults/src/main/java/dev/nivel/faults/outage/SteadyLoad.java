package dev.nivel.faults.outage;

import dev.nivel.faults.outage.Sample.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to one server at a fixed rate, whether or not earlier ones are answered: three of five
 * read, an entry or the last items; the others put an entry or append an item. More conversations
 * than fit into memory. For use by one thread.
 */
final class SteadyLoad implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int CONVERSATIONS = 300;
  private static final String PAD = "x".repeat(300);
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final String url;
  private final String prefix;
  private final long intervalNanos;
  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE)
      .build();
  private final List<Counted> entries = counted();
  private final List<Counted> items = counted();
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final Phaser underWay = new Phaser(1);
  private final Thread thread = Thread.ofPlatform().name("steady-load").unstarted(this::send);
  private volatile boolean isOver;

  private SteadyLoad(String url, String prefix, int perSecond) {
    this.url = url;
    this.prefix = prefix;
    intervalNanos = SECOND_NANOS / perSecond;
  }

  private static List<Counted> counted() {
    return IntStream.range(0, CONVERSATIONS).mapToObj(i -> new Counted()).toList();
  }

  /**
   * Begins.
   *
   * @param prefix of its conversations, which nobody else uses
   */
  static SteadyLoad start(String url, String prefix, int perSecond) {
    SteadyLoad load = new SteadyLoad(url, prefix, perSecond);
    load.thread.start();
    return load;
  }

  private void send() {
    Random random = new Random(1);
    for (long due = System.nanoTime(); !isOver; due += intervalNanos) {
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      int conversation = random.nextInt(CONVERSATIONS);
      int kind = random.nextInt(10);
      long dueNanos = due;
      underWay.register();
      Thread.ofVirtual().start(() -> {
        try {
          request(conversation, kind, dueNanos);
        } finally {
          underWay.arriveAndDeregister();
        }
      });
    }
  }

  private void request(int conversation, int kind, long dueNanos) {
    long late = System.nanoTime() - dueNanos;
    boolean isRead = kind < 6;
    boolean isEntry = kind % 2 == 0;
    Answer answer = isRead ? read(conversation, isEntry) : write(conversation, isEntry);
    samples.add(new Sample(dueNanos, late, System.nanoTime() - dueNanos, isRead, answer));
  }

  private Answer read(int conversation, boolean isEntry) {
    Counted counted = (isEntry ? entries : items).get(conversation);
    long before = counted.acknowledged();
    try {
      HttpResponse<String> response = http.send(
          request(conversation, isEntry ? "/entries/count" : "/items?last=3").GET().build(),
          BodyHandlers.ofString());
      if (response.statusCode() != 200 && response.statusCode() != 404) {
        return refused(response);
      }
      long seen = response.statusCode() == 404 ? 0 : number(response.body(), isEntry);
      String cacheStatus = response.headers().firstValue("Cache-Status").orElse("");
      if (!counted.isRight(seen, before)) {
        return Answer
            .wrong((seen < before ? "older" : "newer") + " than it may be, " + cacheStatus);
      }
      return cacheStatus.contains("stale") ? Answer.STALE : Answer.RIGHT;
    } catch (IOException e) {
      return failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(e);
    }
  }

  private static Answer refused(HttpResponse<String> response) {
    return Answer
        .failed(response.statusCode() + " " + detail(response.body()));
  }

  /** What a problem says of itself; all of it, if it is none. */
  private static String detail(String body) {
    try {
      return JSON.readTree(body).path("detail").asString(body);
    } catch (JacksonException e) {
      return body;
    }
  }

  private static Answer failed(Exception failure) {
    return Answer.failed("no answer: " + failure);
  }

  private static long number(String body, boolean isEntry) {
    JsonNode tree = JSON.readTree(body);
    if (isEntry) {
      return tree.path("n").longValue(0);
    }
    JsonNode list = tree.path("items");
    return list.isEmpty() ? 0 : list.path(list.size() - 1).path("value").path("n").longValue(0);
  }

  /** Writes to a conversation, or to the next one to which nobody does at present. */
  private Answer write(int wanted, boolean isEntry) {
    for (int i = 0; i < CONVERSATIONS; i++) {
      int conversation = (wanted + i) % CONVERSATIONS;
      Counted counted = (isEntry ? entries : items).get(conversation);
      if (counted.tryToBegin()) {
        return write(conversation, counted, isEntry);
      }
    }
    return Answer.failed("not sent: to all conversations a write is under way");
  }

  private Answer write(int conversation, Counted counted, boolean isEntry) {
    long number = counted.next();
    boolean isAcknowledged = false;
    try {
      String body = "{\"n\":" + number + ",\"pad\":\"" + PAD + "\"}";
      HttpRequest.Builder request = request(conversation, isEntry ? "/entries/count" : "/items")
          .header("Content-Type", "application/json");
      HttpResponse<String> response = http.send(
          isEntry ? request.PUT(BodyPublishers.ofString(body)).build()
              : request.POST(BodyPublishers.ofString(body)).build(),
          BodyHandlers.ofString());
      isAcknowledged = response.statusCode() / 100 == 2;
      return isAcknowledged ? Answer.RIGHT : refused(response);
    } catch (IOException e) {
      return failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(e);
    } finally {
      counted.end(number, isAcknowledged);
    }
  }

  private HttpRequest.Builder request(int conversation, String path) {
    return HttpRequest
        .newBuilder(URI.create(url + "/cache/conversations/" + prefix + "-" + conversation + path))
        .timeout(PATIENCE);
  }

  /** What came of the requests so far. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Ends, and waits for the last answers. */
  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    underWay.arriveAndAwaitAdvance();
  }
}
