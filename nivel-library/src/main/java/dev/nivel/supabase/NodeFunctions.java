package dev.nivel.supabase;

import dev.nivel.store.NodeRegistry;
import dev.nivel.store.Stamp;
import dev.nivel.store.UnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The register of nodes: the tables {@code nodes} and {@code erasures}. */
final class NodeFunctions implements NodeRegistry {
  private final Functions functions;
  private final Functions heartbeats;
  private final ServerClock clock;

  /**
   * A register.
   *
   * @param heartbeats for heartbeats alone, so that they wait for no other call
   * @param clock is told with each heartbeat what the database's clock shows
   */
  NodeFunctions(Functions functions, Functions heartbeats, ServerClock clock) {
    this.functions = functions;
    this.heartbeats = heartbeats;
    this.clock = clock;
  }

  @Override
  public Claim claim(String identity) {
    Call call = new Call("L3 claim of a node number", "claim_node").text("p_identity", identity);
    List<Claim> claimed = functions.call(call,
        row -> new Claim(row.smallNumber("number"), row.flag("is_former_life_open")));
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
    Call call = nodeCall("heartbeat", "beat", number, identity)
        .text("p_mode", report.mode())
        .text("p_offered", report.offered())
        .number("p_epoch", report.epoch().id())
        .flag("p_is_epoch_ending", report.epoch().isEnding())
        .numbers("p_confirmed", report.confirmed());
    heartbeats.call(call, row -> {
      clock.showed(row.number("clock_millis"), askedNanos);
      return rows.add(row);
    });
    return rows.roster();
  }

  private static Call nodeCall(String operation, String function, int number, String identity) {
    return new Call(operation, function).number("p_number", number).text("p_identity", identity);
  }

  @Override
  public void leave(int number, String identity) {
    functions.run(nodeCall("leaving", "leave_node", number, identity));
  }

  @Override
  public void retire(Collection<Integer> numbers, Duration silence) {
    functions.run(new Call("retiring silent nodes", "retire_nodes")
        .numbers("p_numbers", numbers.stream().map(Integer::longValue).toList())
        .number("p_silence_millis", silence.toMillis()));
  }

  @Override
  public void confirmErase(Stamp stamp, int number) {
    functions.run(new Call("L3 confirmation of an erasure", "confirm_erasure")
        .number("p_stamp", stamp.bits())
        .number("p_number", number));
  }

  @Override
  public Optional<ErasureState> erasure(Stamp stamp) {
    Call call = new Call("L3 read of an erasure", "erasure_state").number("p_stamp", stamp.bits());
    return functions.call(call, row -> new ErasureState(row.text("conversation_id"),
        row.numbers("unconfirmed").stream().map(Long::intValue).toList())).stream().findFirst();
  }
}
