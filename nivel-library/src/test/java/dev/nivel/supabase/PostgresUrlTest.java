package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PostgresUrlTest {
  @Test
  void isReadAsSupabasePrintsIt() {
    PostgresUrl url = PostgresUrl.parse(
        "postgresql://postgres.abc:p%40ss%2Fw%3A+rd@aws-0-eu.pooler.supabase.com:6543/postgres"
            + "?sslmode=require");
    assertThat(url.jdbc())
        .isEqualTo("jdbc:postgresql://aws-0-eu.pooler.supabase.com:6543/postgres");
    assertThat(url.properties()).containsAllEntriesOf(
        Map.of("user", "postgres.abc", "password", "p@ss/w:+rd", "sslmode", "require"));
    assertThat(url.isTransactionPooler()).isTrue();
    assertThat(url).hasToString("aws-0-eu.pooler.supabase.com:6543/postgres");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws-0-eu.pooler.supabase.com:6543/postgres", "db.abc.supabase.co:6543/d",
      "localhost:6543/d", "localhost:5432/d?pgbouncer=true", "localhost:6543/d?pgbouncer=true",
      "localhost/d?sslmode=require&pgbouncer=true"})
  void isOfATransactionPoolerByItsPortOrByItsWord(String place) {
    assertThat(PostgresUrl.parse("postgresql://u:p@" + place).isTransactionPooler()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws-0-eu.pooler.supabase.com:5432/postgres", "db.abc.supabase.co/d",
      "localhost:6543/d?pgbouncer=false", "localhost/d?pgbouncer=false"})
  void isOfSomethingThatKeepsSessionsElse(String place) {
    assertThat(PostgresUrl.parse("postgresql://u:p@" + place).isTransactionPooler()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {":6543/d?pgbouncer=true", "/d?pgbouncer=true", "/d?pgbouncer=false"})
  void keepsTheWordForAPoolerFromTheDriver(String rest) {
    PostgresUrl url = PostgresUrl.parse("postgresql://u:p@localhost" + rest);
    assertThat(url.properties()).containsOnlyKeys("user", "password");
    assertThat(url.jdbc()).doesNotContain("pgbouncer");
  }

  @Test
  void refusesAnotherWordForAPooler() {
    assertThatThrownBy(() -> PostgresUrl.parse("postgresql://u:p@localhost/d?pgbouncer=yes"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("its pgbouncer is \"yes\"");
  }

  @Test
  void saysWhereTheSameDatabaseKeepsSessions() {
    assertThat(PostgresUrl.parse("postgresql://u@aws-0-eu.pooler.supabase.com:6543/d")
        .sessionPlace()).isEqualTo("aws-0-eu.pooler.supabase.com:5432");
    assertThat(PostgresUrl.parse("postgresql://u@db.abc.supabase.co:6543/d").sessionPlace())
        .isEqualTo("db.abc.supabase.co:5432");
    assertThat(PostgresUrl.parse("postgresql://u@localhost:6543/d").sessionPlace())
        .isEqualTo("the database's own address");
  }

  @Test
  void readsEveryCharacterOfAPercentEncodedPassword() {
    StringBuilder password = new StringBuilder("\u00f1\u20ac\ud83d\ude80");
    StringBuilder encoded = new StringBuilder("%C3%B1%E2%82%AC%F0%9F%9A%80");
    for (char c = 1; c < 128; c++) {
      password.append(c);
      encoded.append(String.format("%%%02X", (int) c));
    }
    PostgresUrl url = PostgresUrl.parse("postgresql://u%40:" + encoded + "@localhost/d");
    assertThat(url.properties()).containsEntry("user", "u@")
        .containsEntry("password", password.toString());
  }

  @Test
  void hasDefaults() {
    PostgresUrl url = PostgresUrl.parse("postgres://localhost");
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://localhost:5432/postgres");
    assertThat(url.isTransactionPooler()).isFalse();
    assertThat(PostgresUrl.parse("postgresql://u@[::1]:5433/d").jdbc())
        .isEqualTo("jdbc:postgresql://[::1]:5433/d");
  }

  @Test
  void isRefusedIfItIsSomethingElseWithoutShowingThePassword() {
    for (String url : new String[]{"jdbc:postgresql://h/d", "mysql://u:s3cret@h/d", "h:5432/d",
        "postgresql:///d", "postgresql://u:s3cret/@h/d", "postgresql://u:s3c%ret@h/d",
        "postgresql://u:s3cret@h/d?sslmode", "postgresql://u:s3cret@h d/"}) {
      assertThatThrownBy(() -> PostgresUrl.parse(url)).as(url)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void isEncryptedAtSupabaseUnlessItIsSaidToBeStricter() {
    String at = "postgresql://u:s3cret@aws-0-eu.pooler.supabase.com:5432/postgres";
    assertThat(PostgresUrl.parse(at).properties()).containsEntry("sslmode", "require");
    assertThat(PostgresUrl.parse(at + "?sslmode=verify-full").properties())
        .containsEntry("sslmode", "verify-full");
    for (String weak : List.of("disable", "allow", "prefer")) {
      assertThatThrownBy(() -> PostgresUrl.parse(at + "?sslmode=" + weak))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("at Supabase");
    }
    assertThat(PostgresUrl.parse("postgresql://u:p@localhost/d?sslmode=disable").properties())
        .containsEntry("sslmode", "disable");
  }
}
