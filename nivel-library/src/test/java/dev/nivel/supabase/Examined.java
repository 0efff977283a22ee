package dev.nivel.supabase;

import dev.nivel.store.Examination.Check;
import dev.nivel.store.Judgement;
import dev.nivel.store.Judgement.Verdict;
import dev.nivel.store.NivelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What an examination finds, by check, as the doctor makes findings of it. */
record Examined(Map<String, List<Judgement>> found) {
  /** Makes all checks. What is not well has an advice. */
  static Examined by(SupabaseExamination examination) {
    Map<String, List<Judgement>> found = new LinkedHashMap<>();
    for (Check check : examination.checks()) {
      found.put(check.name(), judge(examination, check));
    }
    assertThat(found.values().stream().flatMap(List::stream))
        .isNotEmpty()
        .allSatisfy(judgement -> assertThat(judgement.advice().isEmpty())
            .as(judgement.toString())
            .isEqualTo(judgement.verdict() == Verdict.OK
                || judgement.verdict() == Verdict.SKIPPED));
    return new Examined(found);
  }

  private static List<Judgement> judge(SupabaseExamination examination, Check check) {
    try {
      return check.judging().get();
    } catch (NivelException e) {
      return List.of(Judgement.mend(e.getMessage(), examination.advice(e)));
    }
  }

  /** Of a check that had to make sense. */
  Judgement only(String check) {
    assertThat(all(check)).as(check).hasSize(1);
    return all(check).get(0);
  }

  /** Of a check; nothing if it made no sense. */
  List<Judgement> all(String check) {
    return found.getOrDefault(check, List.of());
  }

  /** All is well or skipped but this; how long it took is another matter on a busy machine. */
  void assertAllIsWellBut(String... amiss) {
    assertThat(all("latency")).hasSize(1);
    found.forEach((check, judgements) -> {
      if (!check.equals("latency")) {
        assertThat(judgements).as(check)
            .isNotEmpty()
            .allSatisfy(judgement -> assertThat(judgement.verdict() == Verdict.MEND
                || judgement.verdict() == Verdict.WARNING)
                .isEqualTo(List.of(amiss).contains(check)));
      }
    });
  }
}
