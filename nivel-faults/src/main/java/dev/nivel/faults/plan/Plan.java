package dev.nivel.faults.plan;

import dev.nivel.faults.cluster.NodeSettings;
import dev.nivel.faults.load.LoadSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A run as its seed has it: which servers, which load, which faults. What happens at which instant
 * is up to real threads and processes and may differ between two runs of one plan.
 */
public record Plan(long seed, NodeSettings nodes, LoadSettings load, List<Planned> faults) {

  /** Whether Redis keeps what it takes in. */
  public boolean keepsRedis() {
    return faults.stream().noneMatch(fault -> fault.kind().losesRedis());
  }

  /** Whether all servers keep what they have in memory. */
  public boolean keepsMemory() {
    return faults.stream().noneMatch(fault -> fault.kind().endsNivel());
  }

  /** Whether all journals can take in what they should. */
  public boolean keepsJournals() {
    return faults.stream().noneMatch(fault -> fault.kind() == FaultKind.DISK_FULL);
  }

  /** Whether no fault is one of a store or of the way to it. */
  public boolean sparesStores() {
    return faults.stream().allMatch(fault -> fault.kind().sparesStores());
  }

  /** How long the longest fault lasts; so much later may be done what was begun before it. */
  public Duration longestFault() {
    return faults.stream().map(Planned::lasting).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** On one line. */
  public String describe() {
    return nodes.nodes() + (nodes.nodes() == 1 ? " node, " : " nodes, ") + "l1="
        + nodes.l1Conversations() + " ttl=" + nodes.redisTtlSeconds() + " sync="
        + nodes.syncSeconds() + (nodes.isJournalRequired() ? " journal=required, " : ", ")
        + faults.stream()
            .map(Planned::toString)
            .collect(Collectors.joining(" "));
  }
}
