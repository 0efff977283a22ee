package dev.nivel.faults.check;

import dev.nivel.faults.history.Call;
import dev.nivel.faults.history.Kind;
import dev.nivel.faults.history.Operation;
import dev.nivel.faults.history.Outcome;
import dev.nivel.faults.history.Reply;
import dev.nivel.faults.history.Seen;
import dev.nivel.faults.history.Version;
import dev.nivel.faults.load.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A history that is told operation by operation, each taking one second of its own. */
final class Story {
  static final String CALL = "call";
  static final String SLOT = "slot";

  private final List<Operation> operations = new ArrayList<>();
  private final List<FinalState> states = new ArrayList<>();
  private Survival survival = Survival.COMPLETE;
  private Duration longestFault = Duration.ZERO;
  private List<String> durability = List.of("redis", "journal");
  private String key = "";
  private int node;
  private long seconds;
  private String cacheStatus = "nivel; hit; detail=\"l1\"";

  /** The unique value of this name. */
  static String text(String name) {
    return Texts.text(CALL, name, "");
  }

  /** What follows is asked of this node. */
  Story on(int other) {
    node = other;
    return this;
  }

  /** So long nothing happens. */
  Story pause(long more) {
    seconds += more;
    return this;
  }

  /** What is read next says that it may be outdated. */
  Story stale() {
    cacheStatus = "nivel; hit; detail=\"l3,stale\"";
    return this;
  }

  Story redisLosesData() {
    survival = new Survival(false, survival.ofMemory(), survival.ofJournals());
    return this;
  }

  Story nodeLosesMemory() {
    survival = new Survival(survival.ofRedis(), false, survival.ofJournals());
    return this;
  }

  Story diskIsFull() {
    survival = new Survival(survival.ofRedis(), survival.ofMemory(), false);
    return this;
  }

  /** A server may have been held up so long. */
  Story isHeldUp(Duration lasting) {
    longestFault = lasting;
    return this;
  }

  /** What is acknowledged from now on is said to be in Redis only. */
  Story inRedisOnly() {
    durability = List.of("redis");
    return this;
  }

  /** What is acknowledged from now on was made past Redis. */
  Story pastRedis() {
    durability = List.of("supabase");
    return this;
  }

  /** What is acknowledged from now on is in Redis again. */
  Story throughRedis() {
    durability = List.of("redis", "journal");
    return this;
  }

  /** Appends carry this key from now on. */
  Story with(String used) {
    key = used;
    return this;
  }

  private Story add(Kind kind, List<String> names, long argument, Reply reply) {
    List<String> texts = names.stream().map(Story::text).toList();
    boolean isOfEntry = kind.compareTo(Kind.DELETE) <= 0 || kind == Kind.READ_ENTRY;
    operations.add(new Operation(
        new Call(0, node, kind, CALL, isOfEntry ? SLOT : "", texts, argument,
            kind == Kind.APPEND ? key : ""),
        seconds * 1_000_000_000L, seconds * 1_000_000_000L + 500_000_000L, reply));
    seconds++;
    return this;
  }

  private Reply acknowledged(Long... stamps) {
    return new Reply(Outcome.OK, 200, List.of(stamps), durability, "", Seen.NOTHING);
  }

  private Reply answered(Seen seen) {
    Reply reply = new Reply(Outcome.OK, 200, List.of(), List.of(), cacheStatus, seen);
    cacheStatus = "nivel; hit; detail=\"l1\"";
    return reply;
  }

  Story put(String name, long stamp) {
    return add(Kind.PUT, List.of(name), 0, acknowledged(stamp));
  }

  Story putIf(long expected, String name, long stamp) {
    return add(Kind.PUT_IF, List.of(name), expected, acknowledged(stamp));
  }

  Story putNew(String name, long stamp) {
    return add(Kind.PUT_NEW, List.of(name), 0, acknowledged(stamp));
  }

  Story putNewOfUnknownOutcome(String name) {
    return add(Kind.PUT_NEW, List.of(name), 0, Reply.without(Outcome.UNKNOWN, 0));
  }

  Story putWithout(Outcome outcome, String name) {
    return add(Kind.PUT, List.of(name), 0, Reply.without(outcome, 503));
  }

  /** Its reply does not say where it is. */
  Story delete() {
    return add(Kind.DELETE, List.of(), 0,
        new Reply(Outcome.OK, 204, List.of(), List.of(), "", Seen.NOTHING));
  }

  Story deleteOfUnknownOutcome() {
    return add(Kind.DELETE, List.of(), 0, Reply.without(Outcome.UNKNOWN, 0));
  }

  Story erase(long stamp) {
    return add(Kind.ERASE, List.of(), 0, acknowledged(stamp));
  }

  Story eraseOfUnknownOutcome() {
    return add(Kind.ERASE, List.of(), 0, Reply.without(Outcome.UNKNOWN, 0));
  }

  /** Some node has still to follow. */
  Story eraseIsAccepted(long stamp) {
    return add(Kind.ERASE, List.of(), 0,
        new Reply(Outcome.OK, 202, List.of(stamp), List.of(), "", Seen.NOTHING));
  }

  Story append(String name, long id) {
    return add(Kind.APPEND, List.of(name), 0, acknowledged(id));
  }

  Story appendOfUnknownOutcome(String name) {
    return add(Kind.APPEND, List.of(name), 0, Reply.without(Outcome.UNKNOWN, 0));
  }

  Story appendWithout(Outcome outcome, int status, String name) {
    return add(Kind.APPEND, List.of(name), 0, Reply.without(outcome, status));
  }

  Story reads(String name, long stamp) {
    return readsText(text(name), stamp);
  }

  Story readsText(String text, long stamp) {
    return add(Kind.READ_ENTRY, List.of(), 0,
        answered(new Seen(Map.of(SLOT, new Version(stamp, text)), List.of(), false)));
  }

  Story readsNothing() {
    return add(Kind.READ_ENTRY, List.of(), 0, answered(Seen.NOTHING));
  }

  /** Items by name and id, in turns. */
  Story readsItems(Object... namesAndIds) {
    return add(Kind.READ_LAST, List.of(), 100,
        answered(new Seen(Map.of(), items(namesAndIds), false)));
  }

  private static List<Version> items(Object... namesAndIds) {
    List<Version> items = new ArrayList<>();
    for (int i = 0; i < namesAndIds.length; i += 2) {
      items.add(new Version((int) namesAndIds[i + 1], text((String) namesAndIds[i])));
    }
    return items;
  }

  /** At the end a source has this version of the entry, and these items. */
  Story endsWith(String name, long stamp, Object... namesAndIds) {
    Map<String, Version> entries = new HashMap<>();
    if (!name.isEmpty()) {
      entries.put(SLOT, new Version(stamp, text(name)));
    }
    states.add(new FinalState("source " + states.size(),
        Map.of(CALL, new Seen(entries, items(namesAndIds), false))));
    return this;
  }

  /** Which rules it breaks, with two nodes. */
  List<Rule> broken() {
    return broken(2);
  }

  List<Rule> broken(int nodes) {
    return new Checker(nodes, survival, longestFault).check(operations, states)
        .stream()
        .map(Violation::rule)
        .distinct()
        .toList();
  }

  private Checker checked() {
    Checker checker = new Checker(3, survival, longestFault);
    checker.check(operations, states);
    return checker;
  }

  /** How often something looked wrong that is not promised. */
  long count(Exemption exemption) {
    return checked().exemptions().count(exemption);
  }

  /** How far its reads lagged behind, in words. */
  String lags() {
    return checked().lags().describe();
  }
}
