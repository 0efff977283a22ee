package dev.nivel.server;

import dev.nivel.Settings;
import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedServers;
import dev.nivel.embedded.PostgresSettings;
import dev.nivel.embedded.RedisSettings;
import dev.nivel.server.Http.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Values that Redis keeps compressed go out as they are, to callers who take that. */
class DeflateIT {
  private static final String JSON = "{\"notes\":\"" + "cita el martes ".repeat(300) + "\"}";
  private static final String[] DEFLATE = {"Accept-Encoding", "gzip, deflate"};

  private static EmbeddedDirectory files;
  private static EmbeddedServers stores;
  private static Server server;
  private static Http http;
  @TempDir private static Path directory;

  private final String entry = "/cache/conversations/call-" + UUID.randomUUID() + "/entries/state";

  @BeforeAll
  static void start() {
    files = EmbeddedDirectory.open(directory.resolve("stores"));
    stores = EmbeddedServers.start(files, RedisSettings.defaults(), PostgresSettings.defaults());
    server = serve("one");
    http = new Http(server.url());
  }

  private static Server serve(String node) {
    return Server.start(Settings.of(Map.of("NIVEL_DATA_DIR", directory.resolve(node).toString(),
        "NIVEL_PORT", "0", "REDIS_URL", stores.redis().url(),
        "SUPABASE_DB_URL", stores.postgres().url())));
  }

  @AfterAll
  static void end() {
    server.close();
    stores.close();
    files.close();
  }

  private static String inflated(byte[] zlib) throws DataFormatException {
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(zlib);
      byte[] raw = new byte[1 << 16];
      int length = inflater.inflate(raw);
      assertThat(inflater.finished()).isTrue();
      return new String(Arrays.copyOf(raw, length), StandardCharsets.UTF_8);
    }
  }

  private static void assertAsItIs(Reply reply) {
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Encoding")).isEmpty();
    assertThat(reply.header("Vary")).isEqualTo("Accept-Encoding");
  }

  @Test
  void aValueIsDeflatedForWhoTakesIt() throws DataFormatException {
    String tag = http.put(entry, JSON).header("ETag");
    Reply read = http.get(entry, DEFLATE);
    assertThat(read.header("Content-Encoding")).isEqualTo("deflate");
    assertThat(read.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(read.header("Content-Type")).isEqualTo("application/json");
    assertThat(read.header("ETag")).isEqualTo(tag);
    assertThat(read.body()).hasSizeLessThan(JSON.length() / 10);
    assertThat(inflated(read.body())).isEqualTo(JSON);
    assertThat(read.header("Content-Length")).isEqualTo("" + read.body().length);
  }

  @Test
  void aValueIsAsItIsForWhoDoesNot() {
    http.put(entry, JSON);
    for (String taken : new String[]{"gzip", "deflate;q=0", "*;q=0", "identity, deflate;q=0.5"}) {
      Reply read = http.get(entry, "Accept-Encoding", taken);
      assertAsItIs(read);
      assertThat(read.text()).isEqualTo(JSON);
    }
    Reply unasked = http.get(entry);
    assertAsItIs(unasked);
    assertThat(unasked.text()).isEqualTo(JSON);
  }

  @Test
  void whatIsStoredAsItIsGoesOutAsItIs() {
    http.put(entry, "{\"step\":\"confirm\"}");
    assertAsItIs(http.get(entry, DEFLATE));
    byte[] noise = new byte[5_000];
    new Random(1).nextBytes(noise);
    http.send("PUT", entry, noise, "Content-Type", "application/octet-stream");
    Reply read = http.get(entry, DEFLATE);
    assertAsItIs(read);
    assertThat(read.body()).isEqualTo(noise);
  }

  @Test
  void headSaysWhatGetDoes() {
    http.put(entry, JSON);
    for (String taken : new String[]{"deflate", "deflate;q=0"}) {
      Reply get = http.get(entry, "Accept-Encoding", taken);
      Reply head = http.send("HEAD", entry, "", "Accept-Encoding", taken);
      assertThat(head.body()).isEmpty();
      for (String name : new String[]{"Content-Encoding", "Content-Length", "Vary", "ETag",
          "Content-Type"}) {
        assertThat(head.header(name)).as(name).isEqualTo(get.header(name));
      }
    }
  }

  /** The tag names the version, in whatever coding it travels. */
  @Test
  void aTagHoldsForBothForms() {
    http.put(entry, JSON);
    String tag = http.get(entry, DEFLATE).header("ETag");
    for (String taken : new String[]{"deflate", "identity"}) {
      Reply unchanged = http.get(entry, "If-None-Match", tag, "Accept-Encoding", taken);
      assertThat(unchanged.status()).isEqualTo(304);
      assertThat(unchanged.header("Vary")).isEqualTo("Accept-Encoding");
      assertThat(unchanged.header("Content-Encoding")).isEmpty();
    }
    assertThat(http.put(entry, "2", "If-Match", tag).status()).isEqualTo(200);
  }

  @Test
  void anotherNodePassesOnWhatItReadFromRedis() throws DataFormatException {
    http.put(entry, JSON);
    byte[] written = http.get(entry, DEFLATE).body();
    try (Server other = serve("other")) {
      Http there = new Http(other.url());
      Reply fromRedis = there.get(entry, DEFLATE);
      assertThat(fromRedis.level()).startsWith("l2");
      assertThat(fromRedis.header("Content-Encoding")).isEqualTo("deflate");
      assertThat(fromRedis.body()).isEqualTo(written);
      Awaitility.await().until(() -> there.get(entry, DEFLATE).level().equals("l1"));
      Reply fromMemory = there.get(entry, DEFLATE);
      assertThat(inflated(fromMemory.body())).isEqualTo(JSON);
    }
  }
}
