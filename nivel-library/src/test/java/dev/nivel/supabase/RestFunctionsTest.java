package dev.nivel.supabase;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** What becomes of answers that a real project gives too rarely to wait for. */
class RestFunctionsTest {
  private static final String KEY = "sb_secret_0123456789";
  private static final String YES = "[{\"erase\":true}]";
  private static final Call CALL = new Call("a question", "erase").text("p_conversation", "ñ")
      .number("p_stamp", Long.MAX_VALUE);

  private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private RestFunctions functions;
  /** What an answer waits for. */
  private volatile CountDownLatch block = new CountDownLatch(0);
  private volatile Answer answer = new Answer(200, YES);

  private record Answer(int status, String body, String... headers) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    functions = new RestFunctions(RestUrl.of(url(), "/rest/v1", KEY), Duration.ofSeconds(20), 4);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    boolean isCompressed = "gzip".equals(exchange.getRequestHeaders()
        .getFirst("Content-Encoding"));
    byte[] body = isCompressed ? new GZIPInputStream(exchange.getRequestBody()).readAllBytes()
        : exchange.getRequestBody().readAllBytes();
    bodies.add(new String(body, StandardCharsets.UTF_8));
    requests.add(exchange);
    awaitUnblocked();
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < answer.headers().length; i += 2) {
      exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
    }
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void awaitUnblocked() {
    try {
      block.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ask() {
    return functions.callForOne(CALL, row -> row.flag("erase"));
  }

  private NivelException failure() {
    return catchThrowableOfType(NivelException.class, this::ask);
  }

  @Test
  void sendsArgumentsByNameInTheSchemaWithItsKeyAndItsNameOnly() {
    assertThat(ask()).isTrue();
    assertThat(bodies)
        .containsExactly("{\"p_conversation\":\"ñ\",\"p_stamp\":9223372036854775807}");
    HttpExchange request = requests.get(0);
    assertThat(request.getRequestMethod()).isEqualTo("POST");
    assertThat(request.getRequestURI()).hasToString("/rest/v1/rpc/rest_erase");
    assertThat(request.getRequestHeaders().getFirst("Content-Profile")).isEqualTo("nivel");
    assertThat(request.getRequestHeaders().getFirst("apikey")).isEqualTo(KEY);
    assertThat(request.getRequestHeaders().getFirst("Authorization")).isNull();
    assertThat(request.getRequestHeaders().getFirst("User-Agent")).isEqualTo("nivel");
  }

  @Test
  void keepsItsConnection() {
    ask();
    ask();
    assertThat(requests.get(1).getRemoteAddress()).isEqualTo(requests.get(0).getRemoteAddress());
  }

  @ParameterizedTest
  @CsvSource({
      "401, '', key is refused",
      "401, PGRST301, key is not of this project",
      "403, '', key may not",
      "403, 42501, lacks a right",
      "404, '', SUPABASE_URL",
      "404, PGRST202, nivel migrate",
      "402, '', over its quota",
      "540, '', paused",
      "406, PGRST106, not exposed",
      "301, '', points elsewhere"})
  void saysWhatItsOperatorCanMend(int status, String code, String words) {
    answer = new Answer(status, "{\"code\":\"" + code + "\",\"message\":\"secret\"}", "Location",
        "http://127.0.0.1:1/");
    assertThat(failure()).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("secret");
    assertThat(requests).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
      "429, '', NOT_APPLIED",
      "503, PGRST000, NOT_APPLIED",
      "503, PGRST001, UNKNOWN",
      "503, PGRST002, NOT_APPLIED",
      "504, PGRST003, NOT_APPLIED",
      "500, 57014, NOT_APPLIED",
      "500, 40P01, NOT_APPLIED",
      "405, 25006, NOT_APPLIED",
      "500, '', UNKNOWN",
      "502, '', UNKNOWN",
      "503, '', UNKNOWN",
      "504, '', UNKNOWN",
      "408, '', UNKNOWN"})
  void isUnavailableForATime(int status, String code, Outcome outcome) {
    answer = new Answer(status, "{\"code\":\"" + code + "\",\"details\":\"secret\"}");
    assertThat(failure()).hasMessageNotContaining("secret")
        .isInstanceOfSatisfying(UnavailableException.class,
            e -> assertThat(e.outcome()).isEqualTo(outcome));
  }

  @ParameterizedTest
  @CsvSource({"409, 23505", "400, 22P02", "400, P0001"})
  void isRefusedForGoodIfARowIsToBlame(int status, String code) {
    answer = new Answer(status, "{\"code\":\"" + code + "\",\"details\":\"secret\"}");
    assertThat(failure()).isInstanceOf(RejectedException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void isNotCalledWhileItAsksForPatience() {
    answer = new Answer(429, "", "Retry-After", "1");
    assertThat(failure()).isInstanceOf(UnavailableException.class);
    answer = new Answer(200, YES);
    assertThat(failure()).hasMessageContaining("wants no calls");
    assertThat(requests).hasSize(1);
    await().ignoreExceptionsInstanceOf(UnavailableException.class)
        .untilAsserted(() -> assertThat(ask()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "true", "[1]", "[]", "{\"erase\":true}", "[{\"erase\"",
      YES + " x", "[{\"erase\":\"yes\"}]", "[{\"erased\":true}]", "[{\"erase\":true},{}]"})
  void doesNotBelieveWhatIsNoAnswer(String body) {
    answer = new Answer(200, body);
    assertUnknown();
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 204, 206})
  void doesNotBelieveASuccessOfAnotherKind(int status) {
    answer = new Answer(status, status == 204 ? "" : YES);
    assertUnknown();
  }

  private void assertUnknown() {
    assertThat(failure()).isInstanceOfSatisfying(UnavailableException.class,
        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @Test
  void isUnknownIfTheAnswerDoesNotComeInTime() {
    functions = new RestFunctions(RestUrl.of(url(), "/rest/v1", KEY), Duration.ofMillis(500), 1);
    block = new CountDownLatch(1);
    assertUnknown();
    block.countDown();
  }

  @Test
  void isNotAppliedIfItsTurnDoesNotCome() throws InterruptedException {
    functions = new RestFunctions(RestUrl.of(url(), "/rest/v1", KEY), Duration.ofSeconds(2), 1);
    block = new CountDownLatch(1);
    Thread other = new Thread(this::failure);
    other.start();
    await().until(() -> !requests.isEmpty());
    assertThat(failure()).hasMessageContaining("too many calls");
    block.countDown();
    other.join();
  }

  @Test
  void doesNotReadAnOversizedAnswer() {
    answer = new Answer(200, "\"" + "x".repeat(65 << 20) + "\"");
    assertThat(failure()).isInstanceOfSatisfying(RejectedException.class,
        e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.TOO_LARGE));
  }

  @Test
  void isNotAppliedIfNobodyListens() {
    server.stop(0);
    assertThat(failure()).isInstanceOfSatisfying(UnavailableException.class,
        e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
  }

  @Test
  void compressesLongRequestsIfTheServerTakesThem() {
    Call longCall = new Call("much", "erase").text("p_conversation", "x".repeat(10_000));
    functions.learnEncodings();
    functions.run(longCall);
    assertThat(bodies.get(1)).hasSizeGreaterThan(10_000);
    assertThat(requests.get(1).getRequestHeaders().getFirst("Content-Encoding"))
        .isEqualTo("gzip");
    answer = new Answer(400, "{\"code\":\"PGRST102\"}");
    functions.learnEncodings();
    answer = new Answer(200, YES);
    functions.run(longCall);
    assertThat(requests.get(3).getRequestHeaders()).doesNotContainKey("Content-Encoding");
  }
}
