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
  private static final Call CALL = new Call("a question", "erase").text("p_conversation", "ñ")
      .number("p_stamp", Long.MAX_VALUE);

  private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private RestFunctions functions;
  private volatile Answer answer = new Answer(200, "true");

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
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < answer.headers().length; i += 2) {
      exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
    }
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private List<Boolean> ask() {
    return functions.call(CALL, row -> row.flag("erase"));
  }

  private NivelException failure() {
    return catchThrowableOfType(NivelException.class, this::ask);
  }

  @Test
  void sendsArgumentsByNameInTheSchemaWithItsKeyAndItsNameOnly() {
    assertThat(ask()).containsExactly(true);
    assertThat(bodies)
        .containsExactly("{\"p_conversation\":\"ñ\",\"p_stamp\":9223372036854775807}");
    HttpExchange request = requests.get(0);
    assertThat(request.getRequestMethod()).isEqualTo("POST");
    assertThat(request.getRequestURI()).hasToString("/rest/v1/rpc/erase");
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
      "503, PGRST001, NOT_APPLIED",
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
    answer = new Answer(200, "true");
    assertThat(failure()).hasMessageContaining("wants no calls");
    assertThat(requests).hasSize(1);
    await().ignoreExceptionsInstanceOf(UnavailableException.class)
        .untilAsserted(() -> assertThat(ask()).containsExactly(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[1]", "{\"erase\"", "[{\"erase\":true}] x", "\"yes\""})
  void doesNotBelieveWhatIsNoAnswer(String body) {
    answer = new Answer(200, body);
    assertThat(failure()).isInstanceOfSatisfying(UnavailableException.class,
        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
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
    answer = new Answer(200, "true");
    functions.run(longCall);
    assertThat(requests.get(3).getRequestHeaders()).doesNotContainKey("Content-Encoding");
  }
}
