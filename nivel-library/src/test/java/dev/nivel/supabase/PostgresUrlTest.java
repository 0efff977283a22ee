package dev.nivel.supabase;

import dev.nivel.store.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
