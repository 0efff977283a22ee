package dev.nivel.supabase;

import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The tables {@code nodes} and {@code erasures}. */
final class JdbcNodeRegistry implements NodeRegistry {
  /**
   * How long a node counts as living after a heartbeat, of which there is one a second; the same as
   * in the function {@code heartbeat}.
   */
  private static final String IS_LIVING = "n.left_at is null"
      + " and n.heartbeat_at > now() - interval '10 seconds'";

  private final Pool pool;
  private final Pool heartbeatPool;
  private final ServerClock clock;

  /**
   * @param heartbeatPool for heartbeats alone, so that they wait for no other statement
   * @param clock is told with each heartbeat what the database's clock shows
   */
  JdbcNodeRegistry(Pool pool, Pool heartbeatPool, ServerClock clock) {
    this.pool = pool;
    this.heartbeatPool = heartbeatPool;
    this.clock = clock;
  }

  @Override
  public Claim claim(String identity) {
    // The node's former number, else one that nobody ever had, else the one that is unused for
    // longest.
    String sql = """
        with candidate as (
          select numbers.number,
            n.number is not null and n.left_at is null and n.retired_at is null as is_open
          from generate_series(0, 63) as numbers (number)
          left join nivel.nodes n on n.number = numbers.number
          where n.number is null or n.identity = ? or not (%s)
          order by n.identity is not distinct from ? desc, n.heartbeat_at nulls first,
            numbers.number
          limit 1)
        insert into nivel.nodes as n (number, identity, mode)
          select number, ?, 'normal' from candidate
        on conflict (number) do update set
          identity = excluded.identity, mode = excluded.mode, heartbeat_at = now(),
          left_at = null, retired_at = null, offered = null, epoch = 0,
          is_epoch_ending = false, confirmed = '{}'
        where n.identity = excluded.identity or not (%s)
        returning number, (select is_open from candidate)""".formatted(IS_LIVING, IS_LIVING);
    List<Claim> claimed = pool.query("L3 claim of a node number", sql, statement -> {
      for (int parameter = 1; parameter <= 3; parameter++) {
        statement.setString(parameter, identity);
      }
    }, row -> new Claim(row.getInt(1), row.getBoolean(2)));
    if (claimed.isEmpty()) {
      throw new UnavailableException("no node number was free: 64 nodes are alive,"
          + " or another node took the same one at this moment");
    }
    return claimed.get(0);
  }

  @Override
  public Roster heartbeat(int number, String identity, Report report) {
    RosterRows rows = new RosterRows();
    long askedNanos = System.nanoTime();
    heartbeatPool.query("heartbeat", """
        select h.*, (extract(epoch from clock_timestamp()) * 1000)::bigint as clock_millis
        from nivel.heartbeat(?, ?, ?, ?, ?, ?, ?) h""", statement -> {
      statement.setInt(1, number);
      statement.setString(2, identity);
      statement.setString(3, report.mode());
      statement.setString(4, report.offered());
      statement.setLong(5, report.epoch().id());
      statement.setBoolean(6, report.epoch().isEnding());
      statement.setArray(7, statement.getConnection()
          .createArrayOf("bigint", report.confirmed().toArray()));
    }, row -> {
      clock.showed(row.getLong("clock_millis"), askedNanos);
      return rows.add(row);
    });
    return rows.roster();
  }

  @Override
  public void leave(int number, String identity) {
    pool.execute("leaving",
        "update nivel.nodes set left_at = now() where number = ? and identity = ?",
        statement -> {
          statement.setInt(1, number);
          statement.setString(2, identity);
        });
  }

  @Override
  public void retire(Collection<Integer> numbers, Duration silence) {
    pool.execute("retiring silent nodes", """
        update nivel.nodes set retired_at = now()
        where number = any(?) and left_at is null and retired_at is null
          and heartbeat_at < now() - ? * interval '1 millisecond'""", statement -> {
      statement.setArray(1, statement.getConnection()
          .createArrayOf("smallint", numbers.toArray()));
      statement.setLong(2, silence.toMillis());
    });
  }

  @Override
  public void confirmErase(Stamp stamp, int number) {
    pool.execute("L3 confirmation of an erasure", """
        update nivel.erasures set confirmed = confirmed || ?::smallint
        where stamp = ? and not (?::smallint = any(confirmed))""", statement -> {
      statement.setInt(1, number);
      statement.setLong(2, stamp.bits());
      statement.setInt(3, number);
    });
  }

  @Override
  public Optional<ErasureState> erasure(Stamp stamp) {
    String sql = """
        select e.conversation_id, array(
          select n.number from nivel.nodes n
          where not (n.number = any(e.confirmed)) and n.left_at is null order by n.number)
        from nivel.erasures e where e.stamp = ?""";
    return pool.query("L3 read of an erasure", sql,
        statement -> statement.setLong(1, stamp.bits()),
        row -> new ErasureState(row.getString(1),
            Arrays.stream((Short[]) row.getArray(2).getArray()).map(Short::intValue).toList()))
        .stream()
        .findFirst();
  }
}
