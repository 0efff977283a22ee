package dev.nivel.supabase;

import dev.nivel.store.NodeRegistry.Erasure;
import dev.nivel.store.NodeRegistry.Roster;
import dev.nivel.store.Stamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Gathers the four kinds of rows with which the database answers a heartbeat. */
final class RosterRows {
  private boolean isOwner;
  private final List<Integer> living = new ArrayList<>();
  private final List<Integer> silent = new ArrayList<>();
  private final List<Erasure> erasures = new ArrayList<>();

  RosterRows add(ResultSet row) throws SQLException {
    switch (row.getString(1)) {
      case "owner" -> isOwner = true;
      case "living" -> living.add(row.getInt(2));
      case "silent" -> silent.add(row.getInt(2));
      default -> erasures.add(new Erasure(row.getString(3), new Stamp(row.getLong(2))));
    }
    return this;
  }

  Roster roster() {
    return new Roster(isOwner, living, silent, erasures);
  }
}
