package dev.nivel.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What every L3 must do with dictionaries. */
public abstract class L3DictionaryContract extends L3KeyContract {
  @Nested
  class Dictionaries {
    /** No other test has it. */
    private final String scope = "né'\"\\ " + UUID.randomUUID();

    private Dictionary dictionary(String content) {
      return new Dictionary(scope, content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void areKeptAsTheyAreInTheirOrder() {
      byte[] bytes = new byte[Dictionary.BYTES_MAX];
      new Random(1).nextBytes(bytes);
      Dictionary long1 = new Dictionary(scope, bytes);
      List<Dictionary> all = List.of(dictionary("one"), long1, dictionary("two"), dictionary("3"));
      assertThat(l3().dictionaries().ids(scope)).isEmpty();
      assertThat(all).allMatch(l3().dictionaries()::keep).allMatch(l3().dictionaries()::keep);
      assertThat(l3().dictionaries().ids(scope))
          .containsExactlyElementsOf(all.stream().map(Dictionary::id).toList());
      assertThat(all).allSatisfy(
          one -> assertThat(l3().dictionaries().find(scope, one.id())).contains(one));
    }

    @Test
    void belongToTheirScope() {
      Dictionary own = dictionary("own");
      Dictionary others = new Dictionary(scope + "2", own.content());
      assertThat(others.id()).isNotEqualTo(own.id());
      l3().dictionaries().keep(others);
      assertThat(l3().dictionaries().ids(scope)).isEmpty();
      assertThat(l3().dictionaries().find(scope, others.id())).isEmpty();
      assertThat(l3().dictionaries().find(scope, own.id())).isEmpty();
      assertThat(l3().dictionaries().find(others.scope(), others.id())).contains(others);
    }

    @Test
    void areNotMoreThanSoMany() {
      for (int i = 0; i < DictionaryStore.DICTIONARIES_MAX; i++) {
        assertThat(l3().dictionaries().keep(dictionary("" + i))).isTrue();
      }
      assertThat(l3().dictionaries().keep(dictionary("one more"))).isFalse();
      assertThat(l3().dictionaries().keep(dictionary("7"))).isTrue();
      assertThat(l3().dictionaries().ids(scope)).hasSize(DictionaryStore.DICTIONARIES_MAX);
    }
  }
}
