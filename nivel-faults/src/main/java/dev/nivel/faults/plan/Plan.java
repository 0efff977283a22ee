package dev.nivel.faults.plan;

import dev.nivel.faults.cluster.NodeSettings;
import dev.nivel.faults.load.LoadSettings;
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

  /** On one line. */
  public String describe() {
    return nodes.nodes() + (nodes.nodes() == 1 ? " node, " : " nodes, ") + "l1="
        + nodes.l1Conversations() + " ttl=" + nodes.redisTtlSeconds() + " sync="
        + nodes.syncSeconds() + ", " + faults.stream()
            .map(Planned::toString)
            .collect(Collectors.joining(" "));
  }
}
