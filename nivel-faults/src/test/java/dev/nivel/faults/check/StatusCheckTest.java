package dev.nivel.faults.check;

import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StatusCheckTest {
  private static List<Violation> check(int status, boolean hasFaults) {
    Call call = new Call(0, 0, Kind.ERASE, "call", "", List.of(), 0);
    Operation operation = new Operation(call, 1, 2, Reply.without(Outcome.FAILED, status));
    return StatusCheck.check(List.of(operation), hasFaults);
  }

  @Test
  void findsWhatNobodyForesaw() {
    assertThat(check(500, true)).hasSize(1);
    assertThat(check(500, false)).hasSize(1);
  }

  @Test
  void takesRefusalsAndSilenceOnlyWhereThereAreFaults() {
    for (int status : List.of(0, 409, 503)) {
      assertThat(check(status, true)).isEmpty();
      assertThat(check(status, false)).hasSize(1);
    }
    for (int status : List.of(200, 201, 202, 204, 404, 412)) {
      assertThat(check(status, false)).isEmpty();
    }
  }
}
