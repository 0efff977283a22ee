package dev.nivel.supabase;

import dev.nivel.store.NodeRegistry.Epoch;
import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.Node;
import dev.nivel.store.NodeRegistry.Roster;
import dev.nivel.store.Stamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Gathers the three kinds of rows with which the database answers a heartbeat. */
final class RosterRows {
  private boolean isOwner;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Erasure> erasures = new ArrayList<>();

  RosterRows add(ResultSet row) throws SQLException {
    switch (row.getString("kind")) {
      case "owner" -> isOwner = true;
      case "node" -> nodes.add(node(row));
      default -> erasures.add(
          new Erasure(row.getString("conversation_id"), new Stamp(row.getLong("erase_stamp"))));
    }
    return this;
  }

  private static Node node(ResultSet row) throws SQLException {
    return new Node(row.getInt("node"), Duration.ofMillis(row.getLong("silence_millis")),
        row.getBoolean("is_living"), row.getString("offered"),
        new Epoch(row.getLong("epoch"), row.getBoolean("is_epoch_ending")),
        Set.of((Long[]) row.getArray("confirmed").getArray()));
  }

  Roster roster() {
    return new Roster(isOwner, nodes, erasures);
  }
}
