package dev.nivel.supabase;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nivel.embedded.EmbeddedPostgrest;
import dev.nivel.store.Condition;
import dev.nivel.store.ConfigurationException;
import dev.nivel.store.Field;
import dev.nivel.store.ItemBounds;
import dev.nivel.store.NivelException;
import dev.nivel.store.RejectedException;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.UnavailableException.Outcome;
import dev.nivel.store.WriteReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.nivel.store.Fields.entry;
import static dev.nivel.store.Fields.item;
import static dev.nivel.store.Fields.stamp;
import static dev.nivel.store.Fields.texts;
import static dev.nivel.store.Fields.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** What becomes of errors that a real PostgREST answers with. */
class RestErrorsIT {
  private static final Duration PATIENT = Duration.ofSeconds(10);
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);
  private static final String SECRET = "s3cret-content";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static RestProject project;
  private static SupabaseL3 l3;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    project = RestProject.in(directory);
    l3 = project.open("service_role", PATIENT);
    l3.probe();
  }

  @AfterAll
  static void end() {
    l3.close();
    project.close();
  }

  @Test
  void aRowThatTheDatabaseRefusesIsToBlameAndNotShown() throws SQLException {
    project.execute("alter table nivel.entries add constraint short"
        + " check (octet_length(value) < 5)");
    try {
      NivelException failure = catchThrowableOfType(NivelException.class,
          () -> l3.write(writes("poison", entry("x", 1, SECRET))));
      assertThat(failure).isInstanceOf(RejectedException.class);
      assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET);
      assertThat(l3.write(writes("poison", entry("y", 1, "ok")))).isEmpty();
    } finally {
      project.execute("alter table nivel.entries drop constraint short");
    }
  }

  @Test
  void aFunctionThatIsMissingIsForTheOperatorUntilItIsMade() throws SQLException {
    project.execute("drop function nivel.rest_read_entry; notify pgrst, 'reload schema'");
    await().atMost(WAIT_MAX)
        .untilAsserted(() -> assertThatThrownBy(() -> l3.entry("a call", "x"))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("nivel migrate"));
    project.execute("select nivel.make_rest_functions(); select nivel.set_rights();"
        + " notify pgrst, 'reload schema'");
    await().atMost(WAIT_MAX)
        .ignoreExceptionsInstanceOf(NivelException.class)
        .untilAsserted(() -> assertThat(l3.entry("a call", "x")).isEmpty());
  }

  @Test
  void aKeyOfAnotherProjectIsForTheOperator() {
    String key = EmbeddedPostgrest.key("service_role");
    String foreign = key.substring(0, key.lastIndexOf('.') + 1) + "c2lnbmF0dXJl";
    try (SupabaseL3 other = SupabaseL3.open(RestUrl.of(project.postgrest().url(), "/", foreign),
        new SupabaseL3.Limits(PATIENT, ItemBounds.DEFAULT))) {
      assertThatThrownBy(() -> other.entry("a call", "x"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("key is not of this project")
          .hasMessageNotContaining(foreign);
    }
  }

  @Test
  void aPathWithNothingBehindItIsForTheOperator() {
    String url = project.postgrest().url() + "/elsewhere";
    try (SupabaseL3 other = RestProject.open(url, "service_role", PATIENT)) {
      assertThatThrownBy(() -> other.entry("a call", "x"))
          .isInstanceOf(ConfigurationException.class);
    }
  }

  /** Write and heartbeat commit, and nobody hears of it. */
  @Test
  void aReplyThatIsLostAfterTheCommitIsUnknownAndItsRepetitionIsNoSecondWrite()
      throws IOException {
    HttpServer line = lineThatLosesReplies();
    String url = "http://127.0.0.1:" + line.getAddress().getPort();
    List<Field> turn = List.of(item(1, "once"));
    try (SupabaseL3 cutOff = RestProject.open(url, "service_role", PATIENT)) {
      assertThatThrownBy(() -> cutOff.writeFirst("lost", turn, Condition.NONE, false))
          .isInstanceOfSatisfying(UnavailableException.class,
              e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
      assertThatThrownBy(() -> cutOff.write(writes("lost", entry("x", 1, "1"))))
          .isInstanceOf(UnavailableException.class);
    } finally {
      line.stop(0);
    }
    assertThat(texts(l3.itemsAfter("lost", stamp(0), 10))).containsExactly("once");
    assertThat(l3.writeFirst("lost", turn, Condition.NONE, true).outcome())
        .isEqualTo(WriteReply.Outcome.ACCEPTED);
    assertThat(l3.write(writes("lost", entry("x", 1, "1")))).isEmpty();
    assertThat(texts(l3.itemsAfter("lost", stamp(0), 10))).containsExactly("once");
  }

  private static HttpServer lineThatLosesReplies() throws IOException {
    HttpServer line = HttpServer.create(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    line.createContext("/", RestErrorsIT::passOnAndLoseTheReply);
    line.start();
    return line;
  }

  private static void passOnAndLoseTheReply(HttpExchange exchange) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(
        URI.create(project.postgrest().url() + exchange.getRequestURI()))
        .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (String name : Set.of("Content-Type", "Content-Profile", "Authorization", "Accept")) {
      request.header(name, exchange.getRequestHeaders().getFirst(name));
    }
    try {
      int status = HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
      assertThat(status).isEqualTo(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close(); // without an answer
    }
  }
}
