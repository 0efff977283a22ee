package dev.nivel.supabase;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.NivelException;
import dev.nivel.store.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** How the doctor goes in: over REST, and by which of Supabase's doors. */
class SupabaseExaminationTest {
  private static final SupabaseL3.Limits LIMITS = new SupabaseL3.Limits(Duration.ofSeconds(20),
      ItemBounds.DEFAULT);

  private HttpServer server;
  private SupabaseExamination examination;
  private final AtomicInteger pings = new AtomicInteger();
  private volatile int status = 200;
  private volatile String refusal = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    examination = SupabaseExamination.of(RestUrl.of(
        "http://127.0.0.1:" + server.getAddress().getPort(), "/rest/v1", "sb_secret_0123456789"),
        LIMITS, Time.SYSTEM);
  }

  @AfterEach
  void stop() {
    examination.close();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = answer(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String answer(String path) {
    if (status != 200) {
      return refusal;
    }
    if (path.endsWith("_schema_version")) {
      pings.incrementAndGet();
      return "[{\"schema_version\":" + Schema.VERSION + "}]";
    }
    return """
        [{"name":"user","value":"service_role"},{"name":"schema_version","value":"%d"},
        {"name":"server_version","value":"17.4"},{"name":"clock_millis","value":"%d"},
        {"name":"is_read_only","value":"false"},{"name":"tables","value":"9"},
        {"name":"connections_max","value":"60"},{"name":"connections","value":null},
        {"name":"open_function","value":"erase to anon"}]"""
        .formatted(Schema.VERSION, Time.SYSTEM.millis() - Duration.ofMinutes(2).toMillis());
  }

  private List<Judgement> judgements(String name) {
    return examination.checks()
        .stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow()
        .judging()
        .get();
  }

  @Test
  void overRestTheSameIsFoundAsOverAConnection() {
    assertThat(judgements("way in")).containsExactly(Judgement.ok("REST"));
    assertThat(judgements("reachable").get(0).seen()).contains("/rest/v1 answers");
    assertThat(judgements("schema").get(0).verdict()).isEqualTo(Verdict.OK);
    assertThat(judgements("version")).containsExactly(Judgement.ok("PostgreSQL 17.4"));
    assertThat(judgements("rights").get(0).seen()).contains("service_role");
    assertThat(judgements("outsiders").get(0).seen())
        .isEqualTo("functions are open: erase to anon");
    assertThat(judgements("connections").get(0).verdict()).isEqualTo(Verdict.SKIPPED);
    assertThat(judgements("latency")).singleElement()
        .satisfies(judgement -> assertThat(judgement.seen()).contains(" ms (median)"));
    assertThat(pings).hasValueGreaterThan(3);
    assertThat(judgements("clock").get(0).verdict()).isEqualTo(Verdict.WARNING);
    assertThat(examination.clocks()).hasEntrySatisfying("supabase over REST",
        clock -> assertThat(clock.millis()).isLessThan(-60_000));
    assertThat(examination.subject()).isEqualTo("supabase over REST");
  }

  @ParameterizedTest
  @CsvSource({
      "401, '', SUPABASE_KEY",
      "401, PGRST301, SUPABASE_KEY",
      "404, '', SUPABASE_REST_PATH",
      "302, '', SUPABASE_URL",
      "503, PGRST000, not paused",
      "503, PGRST003, transaction pooler",
      "540, '', not paused",
      "400, 25006, make room",
      "429, '', docs/supabase.md"})
  void overRestARefusalHasItsAdvice(int answered, String code, String words) {
    status = answered;
    refusal = "{\"code\":\"" + code + "\",\"message\":\"secret\"}";
    NivelException failure = catchThrowableOfType(NivelException.class,
        () -> judgements("reachable"));
    assertThat(failure).hasMessageNotContaining("secret");
    assertThat(examination.advice(failure)).contains(words);
    assertThat(judgements("schema")).isEmpty();
    assertThat(judgements("latency")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
      "db.abc.supabase.co:5432/postgres, a direct connection, IPv6, URL",
      "127.0.0.1:5432/postgres, a direct connection, SUPABASE_DB_URL, URL",
      "aws-0-eu.pooler.supabase.com:5432/d, the session pooler, paused, URL",
      "aws-0-eu.pooler.supabase.com:6543/d, the transaction pooler, paused,"
          + " URL at aws-0-eu.pooler.supabase.com:5432",
      "127.0.0.1:7777/d?pgbouncer=true, the transaction pooler, paused,"
          + " URL at the database's own address"})
  void theDoorIsNamedWithWhatToDoIfItIsShut(String place, String kind, String advice,
      String migration) {
    PostgresUrl address = PostgresUrl.parse("postgresql://u:p@" + place);
    try (Pool pool = new Pool(PostgresUrl.parse("postgresql://u:p@127.0.0.1:1/d"),
        Duration.ofSeconds(1), 1)) {
      Entrance entrance = new Entrance.ByJdbc(address, pool);
      assertThat(entrance.kind()).isEqualTo(kind);
      assertThat(entrance.advice()).contains(advice);
      assertThat(entrance.migration()).isEqualTo("nivel migrate with SUPABASE_DB_" + migration);
      assertThat(entrance.isDirect()).isEqualTo(kind.equals("a direct connection"));
    }
  }
}
