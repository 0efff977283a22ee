package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import dev.nivel.store.NivelException;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor advises when Supabase fails. */
class AdviceTest {
  private static String overJdbc(NivelException failure) {
    try (Pool pool = new Pool(PostgresUrl.parse("postgresql://u:p@127.0.0.1:1/d"),
        Duration.ofSeconds(1), 1)) {
      return Advice.of(failure, new Entrance.ByJdbc(pool.url(), pool));
    }
  }

  private static String overRest(NivelException failure) {
    try (Entrance entrance = Entrance.of(RestUrl.of("http://127.0.0.1:1", "/",
        "sb_secret_0123456789"), Duration.ofSeconds(1))) {
      return Advice.of(failure, entrance);
    }
  }

  @ParameterizedTest
  @CsvSource({
      "28P01, correct user and password",
      "28000, may log in",
      "3D000, name of the database",
      "3F000, run nivel migrate with SUPABASE_DB_URL",
      "42P01, run nivel migrate with SUPABASE_DB_URL",
      "42883, run nivel migrate with SUPABASE_DB_URL",
      "42703, run nivel migrate with SUPABASE_DB_URL",
      "26000, pgbouncer=true",
      "42P05, pgbouncer=true",
      "42501, grant nivel_app to the user",
      "25006, make room",
      "53100, make room",
      "53300, transaction pooler",
      "57P03, see the log",
      "22000, see the log",
      "3B001, see the log"})
  void ofWhatPostgresqlRefusesIsWhatMendsIt(String state, String words) {
    assertThat(overJdbc(SqlErrors.ofState("a ping on a:1/d", state))).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
      "404, PGRST202, 'notify pgrst, ''reload schema'''",
      "406, PGRST106, exposed schemas",
      "401, PGRST301, SUPABASE_KEY",
      "401, PGRST302, SUPABASE_KEY",
      "401, PGRST303, SUPABASE_KEY",
      "403, 42501, nivel.set_rights",
      "401, '', SUPABASE_KEY",
      "403, '', SUPABASE_KEY",
      "404, '', SUPABASE_REST_PATH",
      "405, '', SUPABASE_REST_PATH",
      "301, '', SUPABASE_REST_PATH",
      "504, '', not paused",
      "429, '', see the log"})
  void ofWhatRestRefusesIsWhatMendsIt(int status, String code, String words) {
    assertThat(overRest(RestErrors.of("a ping on http://a", status, code))).contains(words);
  }

  @Test
  void ofNoAnswerIsToLookForTheWayIn() {
    NivelException silence = new UnavailableException("a ping found no connection");
    assertThat(overJdbc(silence)).contains("SUPABASE_DB_URL is right");
    assertThat(overRest(silence)).contains("SUPABASE_URL is right");
  }

  @Test
  void ofWhatSaysItselfWhatToDoIsWhereMoreIsWritten() {
    assertThat(overJdbc(new ConfigurationException("the server's certificate is for another host")))
        .contains("docs/supabase.md");
  }
}
