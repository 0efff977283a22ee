package dev.nivel.supabase;

import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the doctor thinks of what a database says of itself; {@code name=value;name=value}. */
class SymptomsTest {
  private static Symptoms symptoms(@Nullable String said) {
    return new Symptoms(said == null ? Map.of()
        : Arrays.stream(said.split(";", -1))
            .map(text -> text.split("=", 2))
            .collect(Collectors.groupingBy(pair -> pair[0],
                Collectors.mapping(pair -> pair[1], Collectors.toList()))));
  }

  private static void assertJudged(Judgement judgement, Verdict verdict, String words) {
    assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(verdict);
    assertThat(judgement.seen() + " -> " + judgement.advice()).contains(words);
    boolean hasAdvice = !judgement.advice().isEmpty();
    assertThat(hasAdvice).isEqualTo(verdict == Verdict.WARNING || verdict == Verdict.MEND);
  }

  @Test
  void ofItsSchema() {
    int known = Schema.VERSION;
    assertJudged(Symptoms.schema(known, "migrate"), Verdict.OK, "version " + known);
    assertJudged(Symptoms.schema(known - 1, "migrate"), Verdict.MEND, "-> run migrate");
    assertJudged(Symptoms.schema(known + 1, "migrate"), Verdict.MEND, "use a newer Nivel");
    assertJudged(Symptoms.schema(0, "migrate"), Verdict.MEND, "there is none -> run migrate, or");
  }

  @ParameterizedTest
  @CsvSource({
      "17.5, OK, PostgreSQL 17.5",
      "15.0 (Debian), OK, PostgreSQL 15.0",
      "19beta1, OK, 19beta1",
      "14.9, MEND, upgrade it to PostgreSQL 15 or newer",
      "new, WARNING, does not tell",
      "'', WARNING, does not tell"})
  void ofItsVersion(String version, Verdict verdict, String words) {
    assertJudged(Symptoms.version(version), verdict, words);
  }

  @ParameterizedTest
  @CsvSource({
      "is_in_recovery=false;is_read_only=false, OK, takes writes",
      "is_in_recovery=true;is_read_only=true, MEND, address of the primary",
      "is_in_recovery=false;is_read_only=true, MEND, make room"})
  void ofWhetherItTakesWrites(String said, Verdict verdict, String words) {
    assertJudged(symptoms(said).writes(), verdict, words);
  }

  @ParameterizedTest
  @CsvSource({
      "user=app, OK, the user app may",
      "user=app;denied_function=erase, MEND, lacks rights on erase -> run as the schema's owner",
      "user=app;denied_table=meta;hidden_table=meta, MEND, grant nivel_app",
      "user=authenticated;denied_table=meta, MEND, set SUPABASE_KEY to a secret key",
      "user=app;hidden_table=items, MEND, hides all rows from the user app: items"})
  void ofTheRightsOfWhoAsks(String said, Verdict verdict, String words) {
    assertJudged(symptoms(said).rights(), verdict, words);
  }

  @ParameterizedTest
  @CsvSource({
      "tables=9, OK, all 9 tables",
      "tables=9;table_without_forced_row_security=items, MEND, not forced on items",
      "table_without_row_security=meta;table_without_row_security=items, MEND, 'on items, meta'"})
  void ofRowSecurity(String said, Verdict verdict, String words) {
    assertJudged(symptoms(said).rowSecurity(), verdict, words);
  }

  @ParameterizedTest
  @CsvSource({
      "connections_max=60;connections=12, OK, 12 of 60",
      "connections_max=60;connections=49, OK, 49 of 60",
      "connections_max=60;connections=50, WARNING, up to 11",
      "connections_max=60, SKIPPED, does not tell"})
  void ofItsConnections(String said, Verdict verdict, String words) {
    assertJudged(symptoms(said).connections(11), verdict, words);
  }

  @Test
  void ofOutsidersWithoutAnyRight() {
    assertThat(symptoms("user=app").outsiders())
        .containsExactly(Judgement.ok("anon, authenticated and public have no right on anything"));
  }

  @Test
  void ofWhatIsOpenToOutsidersOfEachKindOnce() {
    List<Judgement> open = symptoms("open_schema=anon;open_table=items to anon;"
        + "open_table=entries to authenticated;open_sequence=q to public;"
        + "open_function=erase to public").outsiders();
    assertThat(open).hasSize(4)
        .allSatisfy(
            judgement -> assertThat(judgement.verdict()).isEqualTo(Verdict.MEND));
    assertJudged(open.get(0), Verdict.MEND, "revoke all on schema nivel from anon");
    assertJudged(open.get(1), Verdict.MEND, "entries to authenticated, items to anon -> revoke all"
        + " on all tables in schema nivel from anon, authenticated");
    assertJudged(open.get(2), Verdict.MEND, "revoke all on all sequences");
    assertJudged(open.get(3), Verdict.MEND, "revoke all on all functions");
  }

  @Test
  void namesAFewOfManyThingsOnly() {
    String said = IntStream.range(0, 40)
        .mapToObj(i -> "open_function=f" + i + " to public")
        .collect(Collectors.joining(";"));
    assertThat(symptoms(said).outsiders().get(0).seen()).endsWith(" and 35 more");
  }
}
