package dev.nivel.faults.check;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerTest {
  private static Ledger ledger(String writes, String sync) {
    return Ledger.of(new ObjectMapper()
        .readTree("{\"writes\":{" + writes + "},\"sync\":{" + sync + "}}"));
  }

  /** I11. */
  @Test
  void isEvenIfWhatCameInIsAccountedFor() {
    assertThat(ledger("\"acknowledged\":5,\"adopted\":2,\"replayed\":3,\"coalesced\":1",
        "\"synced\":6,\"pending\":2,\"quarantined\":1").fault()).isEmpty();
    assertThat(ledger("\"acknowledged\":5", "\"synced\":5").fault()).isEmpty();
  }

  @Test
  void isUnevenIfAnythingIsMissing() {
    assertThat(ledger("\"acknowledged\":5,\"coalesced\":1", "\"synced\":3").fault())
        .hasValueSatisfying(fault -> assertThat(fault).contains("= 5").contains("= 4"));
  }
}
