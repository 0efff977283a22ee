package dev.nivel.supabase;

import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.Roster;
import dev.nivel.store.Stamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gathers the four kinds of rows with which the database answers a heartbeat. */
final class RosterRows {
  private boolean isOwner;
  private final List<Integer> living = new ArrayList<>();
  private final List<Integer> silent = new ArrayList<>();
  private final Map<Integer, String> offered = new HashMap<>();
  private final List<Erasure> erasures = new ArrayList<>();

  RosterRows add(ResultSet row) throws SQLException {
    switch (row.getString(1)) {
      case "owner" -> isOwner = true;
      case "living" -> add(living, row);
      case "silent" -> add(silent, row);
      default -> erasures.add(new Erasure(row.getString(3), new Stamp(row.getLong(2))));
    }
    return this;
  }

  private void add(List<Integer> numbers, ResultSet row) throws SQLException {
    numbers.add(row.getInt(2));
    offered.put(row.getInt(2), row.getString(3));
  }

  Roster roster() {
    return new Roster(isOwner, living, silent, offered, erasures);
  }
}
