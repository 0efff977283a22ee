package dev.nivel.faults.check;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The ledger of one server (I11), from {@code /cache/metrics}.
 *
 * @param in how many fields it was to bring to L3
 * @param out what became of them
 */
public record Ledger(long in, long out) {

  /** Reads it; what a server does not report counts as none. */
  public static Ledger of(JsonNode metrics) {
    JsonNode writes = metrics.path("writes");
    JsonNode sync = metrics.path("sync");
    long in = count(writes, "acknowledged") + count(writes, "replayed") + count(writes, "adopted");
    long out = count(sync, "synced") + count(writes, "coalesced") + count(sync, "pending")
        + count(sync, "quarantined");
    return new Ledger(in, out);
  }

  private static long count(JsonNode node, String member) {
    return node.path(member).longValue(0);
  }

  /** What is wrong with it; empty if it is even. */
  public Optional<String> fault() {
    return in == out ? Optional.empty()
        : Optional.of("acknowledged + replayed + adopted = " + in
            + ", synced + coalesced + pending + quarantined = " + out);
  }
}
