package dev.nivel.faults;

import dev.nivel.faults.check.FinalState;
import dev.nivel.faults.check.Rule;
import dev.nivel.faults.check.Violation;
import dev.nivel.faults.cluster.Cluster;
import dev.nivel.faults.cluster.Wait;
import dev.nivel.faults.cluster.Witness;
import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Seen;
import dev.nivel.faults.history.Version;
import dev.nivel.faults.load.LoadSettings;
import dev.nivel.faults.load.NodeClient;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what every source holds at the end of a run. */
final class Observers {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Cluster cluster;
  private final LoadSettings load;
  private final List<Violation> violations = new ArrayList<>();

  Observers(Cluster cluster, LoadSettings load) {
    this.cluster = cluster;
    this.load = load;
  }

  /** PostgreSQL first, before anybody else can bring something to it. */
  List<FinalState> all(List<NodeClient> servers) {
    List<FinalState> states = new ArrayList<>();
    states.add(inPostgres());
    for (int node = 0; node < servers.size(); node++) {
      states.add(over(servers.get(node), "node " + node + " at the end"));
    }
    try (Witness witness = cluster.witness()) {
      states.add(over(new NodeClient(witness::url), "a server with empty memory"));
    }
    return states;
  }

  /** What could not be read although everything is healed. */
  List<Violation> violations() {
    return violations;
  }

  /** Whether no note is left of anything that was written past Redis. */
  boolean isRedisTold() {
    String sql = """
        select not exists (select from nivel.stale_redis s where s.field like 'e:%'
          or exists (select from nivel.items i
            where i.conversation_id = s.conversation_id and 'i:' || i.stamp = s.field)
          or exists (select from nivel.idempotency k
            where k.conversation_id = s.conversation_id and 'k:' || k.key_hash = s.field))""";
    try (Connection connection = DriverManager.getConnection(cluster.postgres().jdbcUrl());
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL can't be asked", e);
    }
  }

  private FinalState over(NodeClient server, String source) {
    Map<String, Seen> conversations = new HashMap<>();
    for (String conversation : load.allConversations()) {
      conversations.put(conversation, read(server, source, conversation));
    }
    return new FinalState(source, conversations);
  }

  private Seen read(NodeClient server, String source, String conversation) {
    Call call = new Call(-1, -1, Kind.READ_ALL, conversation, "", List.of(), 0);
    Operation read = server.call(call);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!read.isOk() && System.nanoTime() < end) {
      Wait.pause(PAUSE);
      read = server.call(call);
    }
    if (!read.isOk()) {
      violations.add(new Violation(Rule.POISONED, "everything is healed, and " + source
          + " can't read " + conversation, List.of(read)));
    }
    return read.reply().seen();
  }

  private FinalState inPostgres() {
    Map<String, Map<String, Version>> entries = new HashMap<>();
    Map<String, List<Version>> items = new HashMap<>();
    try (Connection connection = DriverManager.getConnection(cluster.postgres().jdbcUrl())) {
      query(connection, "select conversation_id, name, stamp, value from nivel.entries"
          + " where value is not null and starts_with(conversation_id, ?)",
          row -> entries
              .computeIfAbsent(row.getString(1), id -> new HashMap<>())
              .put(row.getString(2), version(row)));
      query(connection, "select conversation_id, '', stamp, value from nivel.items"
          + " where starts_with(conversation_id, ?) order by stamp",
          row -> items.computeIfAbsent(row.getString(1), id -> new ArrayList<>())
              .add(version(row)));
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL can't be read", e);
    }
    Map<String, Seen> conversations = new HashMap<>();
    for (String conversation : load.allConversations()) {
      conversations.put(conversation, new Seen(entries.getOrDefault(conversation, Map.of()),
          items.getOrDefault(conversation, List.of()), false));
    }
    return new FinalState("PostgreSQL", conversations);
  }

  private static Version version(ResultSet row) throws SQLException {
    return new Version(row.getLong(3), new String(row.getBytes(4), StandardCharsets.UTF_8));
  }

  private interface RowAction {
    void on(ResultSet row) throws SQLException;
  }

  private void query(Connection connection, String sql, RowAction action) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, load.prefix() + "/");
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          action.on(rows);
        }
      }
    }
  }
}
