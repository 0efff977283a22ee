package dev.nivel;

import dev.nivel.store.Stamp;
import java.util.List;

/**
 * How far an erasure has come.
 *
 * @param conversation the id
 * @param stamp names the erasure; what is not newer is erased
 * @param open who has not erased it yet: {@code l2} while Redis is out, {@code node 7}; empty =
 *     complete
 */
public record EraseReceipt(String conversation, Stamp stamp, List<String> open) {
  /** Whether no level of any living node holds the conversation any more. */
  public boolean isComplete() {
    return open.isEmpty();
  }
}
