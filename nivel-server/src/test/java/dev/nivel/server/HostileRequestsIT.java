package dev.nivel.server;

import dev.nivel.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Ids are data; and nothing that is not HTTP as it should be does any harm. */
class HostileRequestsIT {
  private static final String CRLF = "\r\n";
  private static final String HOST = "Host: localhost";
  private static final String CLOSE = "Connection: close";
  private static final String CHUNKED = "Transfer-Encoding: chunked";
  private static final String PUT_X = "PUT /cache/conversations/a/entries/x HTTP/1.1";

  private static Server server;
  private static Http http;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = Server.start(Settings.of(
        Map.of("NIVEL_DATA_DIR", directory.toString(), "NIVEL_PORT", "0")));
    http = new Http(server.url());
  }

  @AfterAll
  static void end() {
    server.close();
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Sends bytes as they are, and reads until the server closes the connection. */
  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(),
        URI.create(server.url()).getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      ByteArrayOutputStream reply = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      in.transferTo(reply);
      return reply.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** A head: its lines, ended as HTTP ends them. */
  private static String head(String... lines) {
    return String.join(CRLF, lines) + CRLF + CRLF;
  }

  private static String rawGet(String target) throws IOException {
    return raw(head("GET " + target + " HTTP/1.1", HOST, CLOSE));
  }

  private static String rawPut(String target) throws IOException {
    return raw(head("PUT " + target + " HTTP/1.1", HOST, CLOSE, "Content-Length: 1") + "1");
  }

  @Test
  void hostileIdsAndNamesAreDataAndComeBackTheSame() {
    List<String> hostile = List.of("a/b", "a:b{c}d", "\"quoted\" 'twice' `thrice`", "%2e%2e",
        "%252e", "ñ".repeat(128), "x".repeat(256), "metrics", "preload", "sync", "jobs", "items",
        "a b", "a+b", "*?[x]", "'; drop table nivel.entries; --", "\\", "$(id)", "😀", "a\u00a0b",
        "e:x", "i:5", "h", "null", "a|b;c,d", "{}", "%", "%s%n", "..%2f..", "...", "CON");
    List<String> read = new ArrayList<>();
    for (String id : hostile) {
      for (String name : List.of("entry", id)) {
        String path = "/cache/conversations/" + encoded(id) + "/entries/" + encoded(name);
        Http.Reply written = http.put(path, "{\"id\":1}");
        assertThat(written.status()).as(id).isIn(200, 201);
        assertThat(written.json().path("conversation_id").stringValue()).isEqualTo(id);
        assertThat(written.json().path("name").stringValue()).isEqualTo(name);
        assertThat(http.get(path).text()).isEqualTo("{\"id\":1}");
      }
      http.post("/cache/conversations/" + encoded(id) + "/items", "{\"of\":1}");
    }
    http.post("/cache/sync", "");
    for (JsonNode listed : http.get("/cache/conversations?limit=1000")
        .json()
        .path("conversations")) {
      read.add(listed.path("conversation_id").stringValue());
    }
    assertThat(read).containsAll(hostile);
    for (String id : hostile) {
      JsonNode all = http.get("/cache/conversations/" + encoded(id)).json();
      assertThat(all.path("conversation_id").stringValue()).isEqualTo(id);
      assertThat(all.path("items").size()).isEqualTo(1);
      assertThat(all.path("entries").path(id).path("value").path("id").asInt()).isEqualTo(1);
    }
  }

  @Test
  void idsOutsideOfTheirLimitsAreRefusedAndNothingIsStored() throws IOException {
    for (String id : List.of("", ".", "..", "%2e", "%2e%2e", "%00", "a%0ab", "a%7fb", "%c2%85",
        "%ff", "%c0%ae", "%ed%a0%80", "%zz", "%", "x".repeat(257), "%C3%B1".repeat(129))) {
      String reply = rawGet("/cache/conversations/" + id + "/items");
      assertThat(reply).as(id)
          .startsWith("HTTP/1.1 400 ")
          .contains("application/problem+json");
      assertThat(rawPut("/cache/conversations/" + id + "/entries/x")).as(id)
          .startsWith("HTTP/1.1 400 ");
      assertThat(rawPut("/cache/conversations/a/entries/" + id)).as(id)
          .startsWith("HTTP/1.1 400 ");
    }
    assertThat(http.get("/cache/conversations/a").status()).isEqualTo(404);
  }

  @Test
  void pathsAreNotNormalised() throws IOException {
    assertThat(rawGet("/cache/conversations/../metrics")).startsWith("HTTP/1.1 404 ");
    assertThat(rawGet("/cache/x/../metrics")).startsWith("HTTP/1.1 404 ");
    assertThat(rawGet("//cache/metrics")).startsWith("HTTP/1.1 404 ");
    assertThat(rawGet("/cache/metrics/")).startsWith("HTTP/1.1 404 ");
    assertThat(rawGet("/CACHE/metrics")).startsWith("HTTP/1.1 404 ");
    assertThat(rawGet("/cache/%6detrics")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aRequestOfAnotherHostIsNotAnsweredWithoutAToken() throws IOException {
    assertThat(raw(head("GET /cache/metrics HTTP/1.1", "Host: evil.example", CLOSE)))
        .startsWith("HTTP/1.1 421 ");
  }

  @Test
  void oldAndOddClientsAreAnswered() throws IOException {
    assertThat(raw(head("GET /livez HTTP/1.0"))).startsWith("HTTP/1.0 200 ");
    assertThat(rawGet("http://localhost/livez")).startsWith("HTTP/1.1 200 ");
    String two = raw(head("GET /livez HTTP/1.1", HOST) + head("GET /readyz HTTP/1.1", HOST, CLOSE));
    assertThat(two.split("HTTP/1.1 200 ", -1)).hasSize(3);
    String chunks = String.join(CRLF, "3", "[1,", "2", "2]", "0", "", "");
    assertThat(raw(head(PUT_X.replace("/a/", "/odd/"), HOST, CLOSE, CHUNKED) + chunks))
        .startsWith("HTTP/1.1 201 ");
    assertThat(http.get("/cache/conversations/odd/entries/x").text()).isEqualTo("[1,2]");
  }

  @Test
  void anUnreadBodyIsNeverTakenForTheNextRequest() throws IOException {
    String smuggled = head("GET /cache/metrics HTTP/1.1", HOST);
    String reply = raw(
        head("POST /nowhere HTTP/1.1", HOST, "Content-Length: " + smuggled.length()) + smuggled);
    assertThat(reply).startsWith("HTTP/1.1 404 ");
    assertThat(reply.split("HTTP/1.1 ", -1)).hasSize(2);
  }

  @Test
  void ambiguousAndBrokenRequestsAreRefused() throws IOException {
    String chunks = String.join(CRLF, "1", "1", "0", "", "");
    for (String request : List.of(head(PUT_X, HOST, "Content-Length: 1", CHUNKED) + chunks,
        head(PUT_X, HOST, "Content-Length: 1", "Content-Length: 2") + "12",
        head("GET /livez HTTP/9.9", HOST), head("nonsense"),
        head("GET /livez HTTP/1.1", HOST, "broken header"))) {
      assertThat(raw(request)).as(request).matches("(?s)(HTTP/\\d\\.\\d [45]\\d\\d .*)?");
    }
    assertThat(http.get("/cache/conversations/a/entries/x").status()).isEqualTo(404);
  }

  @Test
  void linesAndHeadersHaveTheirBounds() throws IOException {
    assertThat(rawGet("/livez?" + "x".repeat(9_000))).startsWith("HTTP/1.0 414 ")
        .contains("application/problem+json");
    assertThat(raw(head("GET /livez HTTP/1.1", HOST, "X: " + "x".repeat(20_000), CLOSE)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aBodyOverItsBoundIsRefusedBeforeItIsSent() throws IOException {
    assertThat(raw(head(PUT_X, HOST, "Content-Length: 99999999999")))
        .startsWith("HTTP/1.1 413 ");
    String chunk = "100000" + CRLF + "x".repeat(0x100000) + CRLF;
    assertThat(raw(head(PUT_X, HOST, "Content-Type: text/plain", CHUNKED) + chunk + chunk))
        .startsWith("HTTP/1.1 413 ");
    assertThat(http.get("/cache/conversations/a/entries/x").status()).isEqualTo(404);
  }
}
