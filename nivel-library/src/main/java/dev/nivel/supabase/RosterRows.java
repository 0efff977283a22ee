package dev.nivel.supabase;

import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.Node;
import dev.nivel.store.NodeRegistry.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Gathers the three kinds of rows with which the database answers a heartbeat. */
final class RosterRows {
  private boolean isOwner;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Erasure> erasures = new ArrayList<>();

  RosterRows add(Row row) {
    switch (row.text("kind")) {
      case "owner" -> isOwner = true;
      case "node" -> nodes.add(node(row));
      default -> erasures.add(
          new Erasure(row.text("conversation_id"), row.stamp("erase_stamp")));
    }
    return this;
  }

  private static Node node(Row row) {
    return new Node(row.smallNumber("node"), Duration.ofMillis(row.number("silence_millis")),
        row.flag("is_living"), row.text("offered"),
        new Epoch(row.number("epoch"), row.flag("is_epoch_ending")),
        Set.copyOf(row.numbers("confirmed")));
  }

  Roster roster() {
    return new Roster(isOwner, nodes, erasures);
  }
}
