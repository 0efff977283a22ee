package dev.nivel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Reads and writes over HTTP, with a check of each answer: a write must be acknowledged, and a read
 * must return a value that is at least as new as the last one acknowledged before the read began.
 */
final class Load implements AutoCloseable {
  private static final int CONVERSATIONS = 40;
  /** How many items of a conversation the caches keep, of values as short as these. */
  private static final int CACHED_ITEMS = 200;
  private static final int WRITERS = 4;
  private static final int READERS = 4;

  private final Http http;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> mistakes = new ConcurrentLinkedQueue<>();
  /** By conversation: the last value that was acknowledged; and how many items. */
  private final AtomicLongArray acknowledged = new AtomicLongArray(CONVERSATIONS);
  private final AtomicLongArray appended = new AtomicLongArray(CONVERSATIONS);
  private final AtomicLong requests = new AtomicLong();
  private volatile boolean isOver;

  private Load(String url) {
    http = new Http(url);
  }

  static Load on(String url) {
    Load load = new Load(url);
    for (int writer = 0; writer < WRITERS; writer++) {
      int number = writer;
      load.start("writer-" + writer, () -> load.write(number));
    }
    for (int reader = 0; reader < READERS; reader++) {
      Random random = new Random(reader);
      load.start("reader-" + reader, () -> load.read(random.nextInt(CONVERSATIONS)));
    }
    return load;
  }

  private void start(String name, Runnable turn) {
    Thread thread = new Thread(() -> {
      while (!isOver) {
        try {
          turn.run();
        } catch (RuntimeException | AssertionError e) {
          mistakes.add(name + ": " + e);
        }
      }
    }, name);
    thread.start();
    threads.add(thread);
  }

  private static String conversation(int number) {
    return "/cache/conversations/call-" + number;
  }

  /** A conversation has one writer, so that its values grow. */
  private void write(int writer) {
    for (int c = writer; c < CONVERSATIONS && !isOver; c += WRITERS) {
      long next = acknowledged.get(c) + 1;
      String value = Long.toString(next);
      if (expect(http.put(conversation(c) + "/entries/count", value), "PUT").status() < 300) {
        acknowledged.set(c, next);
      }
      String item = "{\"turn\":" + next + "}";
      if (expect(http.post(conversation(c) + "/items", item), "POST").status() < 300) {
        appended.incrementAndGet(c);
      }
    }
  }

  private void read(int c) {
    long floor = acknowledged.get(c);
    long itemsFloor = appended.get(c);
    Http.Reply reply = http.get(conversation(c) + "/entries/count");
    requests.incrementAndGet();
    boolean isFine = floor == 0 ? reply.status() == 200 || reply.status() == 404
        : reply.status() == 200 && Long.parseLong(reply.text()) >= floor;
    if (!isFine) {
      mistakes.add("call-" + c + " had " + floor + ", and a read says " + reply.status() + " "
          + reply.text() + " " + reply.header("Cache-Status"));
    }
    Http.Reply items = expect(http.get(conversation(c) + "/items?last=1000"), "GET items");
    if (items.status() == 200 && items.json().path("items").size() < promised(items, itemsFloor)) {
      mistakes.add("call-" + c + " had " + itemsFloor + " items, and a read says "
          + items.json().path("items").size() + " " + items.header("Cache-Status"));
    }
  }

  /**
   * How many of the items that there are an answer must hold: as many as were asked for, or, if it
   * says that Supabase could not give the older ones now, those that the caches keep.
   */
  private static long promised(Http.Reply items, long there) {
    boolean areOlderMissing = items.header("Cache-Status").contains("stale")
        && items.json().path("has_more").asBoolean();
    return Math.min(areOlderMissing ? CACHED_ITEMS : 1_000, there);
  }

  private Http.Reply expect(Http.Reply reply, String what) {
    requests.incrementAndGet();
    if (reply.status() / 100 != 2) {
      mistakes.add(what + " was answered " + reply.status() + " " + reply.text());
    }
    return reply;
  }

  long requests() {
    return requests.get();
  }

  /** What was wrong so far, the first hundred. */
  List<String> mistakes() {
    return mistakes.stream().limit(100).toList();
  }

  /** Ends it, and checks that every conversation holds exactly what was acknowledged. */
  List<String> endAndCompare(Http with) {
    close();
    List<String> differences = new ArrayList<>();
    for (int c = 0; c < CONVERSATIONS; c++) {
      String value = with.get(conversation(c) + "/entries/count").text();
      int items = with.get(conversation(c) + "/items?last=1000").json().path("items").size();
      long expected = Math.min(1_000, appended.get(c));
      if (!value.equals(Long.toString(acknowledged.get(c))) || items != expected) {
        differences.add("call-" + c + ": " + value + " and " + items + " items instead of "
            + acknowledged.get(c) + " and " + expected);
      }
    }
    return differences;
  }

  @Override
  public void close() {
    isOver = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
