package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RestUrlTest {
  private static final String PROJECT = "https://abc.supabase.co";
  private static final String SECRET = "sb_secret_0123456789";

  private static String token(String role) {
    return "eyJhbGciOiJIUzI1NiJ9." + Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("{\"role\": \"" + role + "\"}").getBytes(StandardCharsets.UTF_8))
        + ".c2lnbmF0dXJl";
  }

  @ParameterizedTest
  @CsvSource({
      "https://abc.supabase.co, /rest/v1, https://abc.supabase.co/rest/v1/rpc/erase",
      "https://abc.supabase.co/, rest/v1/, https://abc.supabase.co/rest/v1/rpc/erase",
      "http://127.0.0.1:3000, /, http://127.0.0.1:3000/rpc/erase",
      "https://host/sub, /rest/v1, https://host/sub/rest/v1/rpc/erase"})
  void findsFunctions(String url, String path, String function) {
    assertThat(RestUrl.of(url, path, SECRET).function("erase")).hasToString(function);
  }

  /** It is no token: as one, it would be refused. */
  @Test
  void sendsASecretKeyAsApikeyAlone() {
    assertThat(RestUrl.of(PROJECT, "/rest/v1", SECRET).credentials())
        .containsOnlyKeys("apikey")
        .containsValue(SECRET);
  }

  @Test
  void sendsATokenAsBearerToo() {
    String key = token("service_role");
    assertThat(RestUrl.of(PROJECT, "/rest/v1", key).credentials())
        .containsEntry("apikey", key)
        .containsEntry("Authorization", "Bearer " + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc.supabase.co", "ftp://abc.supabase.co", "https://u:p@host",
      "https://host?x=1", "https://a b", "postgresql://host/db", "https://host#x",
      "http://abc.supabase.co"})
  void refusesWhatIsNoAddress(String url) {
    assertThatThrownBy(() -> RestUrl.of(url, "/rest/v1", SECRET))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SUPABASE_URL");
  }

  @Test
  void refusesKeysThatMustNotReachItsDataAndDoesNotShowThem() {
    for (String key : new String[]{"sb_publishable_0123456789", token("anon"), "what ever",
        "sb_secret_a b"}) {
      assertThatThrownBy(() -> RestUrl.of(PROJECT, "/rest/v1", key))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("SUPABASE_KEY")
          .hasMessageNotContaining(key);
    }
  }
}
