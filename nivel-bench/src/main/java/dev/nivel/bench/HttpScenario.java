package dev.nivel.bench;

import dev.nivel.bench.HttpLoad.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What HTTP costs: the server against a bare Vert.x handler, in a process each that has one core,
 * the same one; load and stores have the other one. The two take turns.
 */
final class HttpScenario {
  private static final int VALUE_BYTES = 4_096;
  private static final int CONNECTIONS = 32;
  private static final int APPENDING = 16;
  /** Of each side in a round: a moment in which the host takes the core away spoils one of them. */
  private static final int TURNS = 5;
  /** The same, at a steady rate: many, so that what slows the machine for a second slows both. */
  private static final int STEADY_TURNS = 40;
  /** In which the compiler gets to what only a steady rate does. */
  private static final int STEADY_WARM_UPS = 10;
  /** Until the compiler has done its work, for which it has the same core. */
  private static final int WARM_UP_ANSWERS = 200_000;
  private static final Duration WARM_UP_STEP = Duration.ofSeconds(1);
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(30);
  private static final Duration WARM_UP_MAX_IF_SHORT = Duration.ofSeconds(2);
  private static final String DEFLATE = "Accept-Encoding: deflate\r\n";
  private static final String TURN = """
      {"role":"user","text":"Buenos días, llamo para cambiar mi cita del martes a las diez, por \
      favor; si hay sitio, mejor el jueves por la tarde.","at":"2026-11-23T10:04:11.250Z"}""";

  private final Options options;
  private final Section section;
  private final PrintStream out;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Rounds rounds;
  private final Duration turn;
  private final Rounds steadyRounds;
  private final Duration steadyTurn;
  private long conversations = 1;

  private HttpScenario(Options options, Section section) {
    this.options = options;
    this.section = section;
    out = section.out();
    rounds = new Rounds(options.rounds(), options.isShort() ? 1 : TURNS);
    turn = Duration.ofMillis(Math.max(1, options.millis() / rounds.turns()));
    steadyRounds = new Rounds(options.rounds(), options.isShort() ? 1 : STEADY_TURNS);
    steadyTurn = Duration.ofMillis(Math.max(1, options.millis() / 5));
  }

  /** Measures; nothing but speed is promised. */
  static boolean run(Options options, Section section) {
    new HttpScenario(options, section).run();
    return true;
  }

  private void run() {
    String value = value();
    try (HttpPeers peers = HttpPeers.start(options, value)) {
      put(peers.nivel(), value);
      withoutMetrics(peers, value); // before appends leave one of both more to do
      hit(peers);
      deflate(peers);
      metrics(peers);
      append(peers);
    }
  }

  /** JSON as a call's state is, of just the length that is wanted. */
  private String value() {
    StringBuilder text = new StringBuilder("{\"notes\":\"");
    for (int i = 0; text.length() < VALUE_BYTES; i++) {
      String state = SyntheticCall.of(options.seed(), i).state().text();
      text.append(state.replaceAll("[^ -~]|[\"\\\\{}:]", "")).append(' ');
    }
    text.setLength(VALUE_BYTES - 2);
    return text.append("\"}").toString();
  }

  private void put(LoadedServer nivel, String value) {
    HttpRequest request = HttpRequest.newBuilder(uri(nivel, HttpRequests.ENTRY))
        .header("Authorization", "Bearer " + HttpRequests.TOKEN)
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(value))
        .build();
    int status = send(request).statusCode();
    if (status != 200 && status != 201) {
      throw new IllegalStateException("the value was not taken: " + status);
    }
  }

  private static URI uri(LoadedServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** How often memory has answered. */
  private long hitsInMemory(LoadedServer nivel) {
    String json = send(HttpRequest.newBuilder(uri(nivel, "/cache/metrics"))
        .header("Authorization", "Bearer " + HttpRequests.TOKEN)
        .build()).body();
    int from = json.indexOf("\"hits\":") + "\"hits\":".length();
    return Long.parseLong(json, from, json.indexOf(',', from), 10);
  }

  /** What was measured of one side, with what a request took of the server's core. */
  private final class Side {
    private final LoadedServer server;
    private final HttpLoad load;
    private final List<Result> results = new ArrayList<>();
    private final List<Double> cpuMicros = new ArrayList<>();

    Side(LoadedServer server, HttpLoad load) {
      this.server = server;
      this.load = load;
      warmUp();
    }

    private void warmUp() {
      Duration max = options.isShort() ? WARM_UP_MAX_IF_SHORT : WARM_UP_MAX;
      long start = System.nanoTime();
      long answers = 0;
      while (answers < WARM_UP_ANSWERS && System.nanoTime() - start < max.toNanos()) {
        answers += load.greatest(WARM_UP_STEP).answers();
      }
    }

    Result greatest() {
      double before = server.cpuMicros();
      Result result = load.greatest(turn);
      cpuMicros.add((server.cpuMicros() - before) / result.answers());
      results.add(result);
      return result;
    }

    /** Prints a row; what was measured to warm up does not count. */
    void print(String name) {
      List<Result> counted = results.subList(1, results.size());
      out.printf(Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %.1f | %.2f |%n", name,
          Spread.of(counted, Result::perSecond).median(),
          Spread.of(counted, Result::p50Micros).median(),
          Spread.of(counted, Result::p99Micros).median(),
          Spread.of(cpuMicros.subList(1, cpuMicros.size()), micros -> micros).median(),
          Spread.of(counted, Result::ownShare).median());
    }
  }

  /** Both sides as fast as they go. */
  private Pairs compare(String what, Side peer, Side nivel) {
    Pairs rates = Pairs.measure(rounds, () -> peer.greatest().perSecond(),
        () -> nivel.greatest().perSecond());
    out.printf("%n%s, %d connections:%n%n", what, nivel.load.connections());
    out.println("| | requests/s | p50 µs | p99 µs | CPU µs a request | load's share of its core |");
    out.println("|---|---|---|---|---|---|");
    peer.print("peer");
    nivel.print("Nivel");
    return rates;
  }

  private static HttpLoad reading(int port, String... headers) {
    return new HttpLoad(port, CONNECTIONS, HttpRequests.get(HttpRequests.ENTRY, headers), "200");
  }

  private void withoutMetrics(HttpPeers peers, String value) {
    try (LoadedServer silent = peers.startSilent()) {
      put(silent, value);
      Side without = new Side(silent, reading(silent.port()));
      Side with = new Side(peers.nivel(), reading(peers.nivel().port()));
      Pairs rates = compare("Hit in memory, without and with metrics", without, with);
      section.add(Goal.ratioAtLeast(0.95, "HTTP: hits with metrics against without",
          rates.ratios()));
    }
  }

  private void hit(HttpPeers peers) {
    Side bare = new Side(peers.bare(), reading(peers.bare().port()));
    Side nivel = new Side(peers.nivel(), reading(peers.nivel().port()));
    long before = hitsInMemory(peers.nivel());
    Pairs rates = compare("Hit in memory of 4 KiB with token, against a constant", bare, nivel);
    long hits = hitsInMemory(peers.nivel()) - before;
    long answers = nivel.results.stream().mapToLong(Result::answers).sum();
    section.add(Goal.ratioAtLeast(0.85, "HTTP: hit of 4 KiB against a bare Vert.x handler",
        rates.ratios())
        .remark(String.format(Locale.ROOT, "%.1f %% answered by L1",
            Math.min(100.0, 100.0 * hits / answers)))
        .ifMissed(
            "the token, the route, the lookup, the counts and four headers more come on top of"
                + " what the bare handler does"));
    p99(bare, nivel, rates.ofPeer().median() / 2);
  }

  /**
   * Of all requests of a round: that of a turn would mostly tell whether it had one of the pauses
   * that both have now and then, and which are far from a hundredth of the time.
   */
  private void p99(Side peer, Side nivel, double perSecond) {
    List<Supplier<Latencies>> sides = List.of(() -> peer.load.steady(perSecond, steadyTurn),
        () -> nivel.load.steady(perSecond, steadyTurn));
    int warmUps = options.isShort() ? 1 : STEADY_WARM_UPS;
    var _ = new Rounds(1, warmUps).measure(sides, Latencies::together);
    List<List<Latencies>> all = steadyRounds.measure(sides, Latencies::together);
    Pairs p99 = new Pairs(p99(all.get(0)), p99(all.get(1)));
    out.printf(Locale.ROOT, "%nAt %.0f requests/s, half of the peer's greatest rate, in rounds of"
        + " %d turns of %d ms of each side, after %d turns to warm up: p99 %.0f µs, peer %.0f µs."
        + " The load stood still itself for %.2f %% of the time beside Nivel, for %.2f %% beside"
        + " the peer, which counts for neither.%n", perSecond, steadyRounds.turns(),
        steadyTurn.toMillis(), warmUps, p99.ofNivel().median(), p99.ofPeer().median(),
        standstillPercent(all.get(1)), standstillPercent(all.get(0)));
    section.add(Goal.ratioAtMost(1.3, "HTTP: p99 of a hit at half of the bare handler's rate",
        p99.ratios()));
  }

  private static List<Double> p99(List<Latencies> rounds) {
    return rounds.stream().map(round -> round.percentileMicros(99)).toList();
  }

  private double standstillPercent(List<Latencies> rounds) {
    double still = Latencies.together(rounds).standstillMicros();
    double measured = rounds.size() * steadyRounds.turns() * (steadyTurn.toNanos() / 1e3);
    return 100 * still / (measured + still);
  }

  private void deflate(HttpPeers peers) {
    Side peer = new Side(peers.bare(), reading(peers.compressingPort(), DEFLATE));
    Side nivel = new Side(peers.nivel(), reading(peers.nivel().port(), DEFLATE));
    Pairs rates = compare("4 KiB deflated, as stored against on the fly", peer, nivel);
    section.add(Goal.ratioAtLeast(2.5, "HTTP: deflated as stored against Vert.x's compression",
        rates.ratios()));
  }

  /** What /cache/metrics takes of the core, by the time of the process, which is less noisy. */
  private void metrics(HttpPeers peers) {
    Supplier<ByteBuffer> request = HttpRequests.get("/cache/metrics");
    Side nivel = new Side(peers.nivel(), new HttpLoad(peers.nivel().port(), 1, request, "200"));
    for (int round = 0; round < options.rounds() + 1; round++) {
      nivel.greatest();
    }
    Spread percent = Spread.of(nivel.cpuMicros.subList(1, nivel.cpuMicros.size()),
        micros -> micros * 10 / 1e6 * 100);
    out.printf(Locale.ROOT, "%n/cache/metrics takes %.0f µs of CPU%n", percent.median() * 1e3);
    section.add(new Goal("HTTP: a core's share of /cache/metrics ten times a second",
        Goal.Kind.AT_MOST, 1, "%", percent, ""));
  }

  private void append(HttpPeers peers) {
    Side bare = new Side(peers.bare(), appending(peers.bare()));
    Side nivel = new Side(peers.nivel(), appending(peers.nivel()));
    ThreadTimes before = peers.nivel().threadTimes();
    Pairs rates = compare("Append of one item with Redis and journal, against a bare POST", bare,
        nivel);
    out.printf("%nRate of appends to that of a bare POST: %s%n", rates.ratios().asRatio());
    out.printf("%nWhat the server's threads took for it, as Linux counts it:%n%n");
    peers.nivel()
        .threadTimes()
        .printSince(before, nivel.results.stream().mapToLong(Result::answers).sum(), out);
  }

  private HttpLoad appending(LoadedServer server) {
    conversations += 10_000_000;
    return new HttpLoad(server.port(), APPENDING, HttpRequests.append(conversations, TURN), "201");
  }
}
