package dev.nivel;

import dev.nivel.store.CutOff;
import dev.nivel.store.FakeL2;
import dev.nivel.store.FakeL3;
import dev.nivel.store.FakeTime;
import dev.nivel.store.Field;
import dev.nivel.store.L2;
import dev.nivel.store.L3;
import dev.nivel.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** An engine over fakes, without threads: tests do the duties' turns by hand. */
final class EngineFixture {
  static final String ID = "call-1";

  final FakeTime time;
  final FakeL2 l2;
  final FakeL3 l3;
  /** Between this node and the stores. */
  final CutOff redisLine = new CutOff();
  final CutOff supabaseLine = new CutOff();
  final Engine engine;
  final Conversation call;
  private final NivelConfig config;

  EngineFixture(Path directory, String... variables) {
    this(config(directory, variables), new FakeTime());
  }

  private EngineFixture(NivelConfig config, FakeTime time) {
    this(config, time, new FakeL2(time), new FakeL3(time));
  }

  private EngineFixture(NivelConfig config, FakeTime time, FakeL2 l2, FakeL3 l3) {
    this.config = config;
    this.time = time;
    this.l2 = l2;
    this.l3 = l3;
    engine = new Engine(config, new Engine.Stores() {
      @Override
      public L2 l2(Membership membership) {
        return redisLine.line(l2);
      }

      @Override
      public L3 l3() {
        return supabaseLine.line(l3);
      }
    }, time);
    engine.listen(() -> {});
    engine.replay();
    engine.sync().begin();
    engine.recovery().tendRedis();
    engine.recovery().tendSupabase();
    engine.recovery().tendNotes();
    call = conversation(ID);
  }

  /** Another node, at the same stores. */
  EngineFixture another(Path directory, String... variables) {
    return new EngineFixture(config(directory, variables), time, l2, l3);
  }

  private static NivelConfig config(Path directory, String... variables) {
    NivelConfig config = NivelConfig
        .of(Map.of("NIVEL_DATA_DIR", directory.toString(), "SUPABASE_DB_URL",
            "postgresql://fake/fake"));
    for (int i = 0; i < variables.length; i += 2) {
      config = config.with(variables[i], variables[i + 1]);
    }
    return config;
  }

  /**
   * This node crashes and starts again: what it held in memory is gone; its data directory and the
   * stores stay.
   */
  EngineFixture crashedAndStartedAgain() {
    engine.levels().journaling().close(); // which only gives up its directory
    engine.giveUpIdentity();
    pass(Duration.ofSeconds(1));
    return new EngineFixture(config, time, l2, l3);
  }

  Conversation conversation(String id) {
    return new Nivel(engine).conversation(id);
  }

  Conversation conversationForRemote(String id) {
    return new Nivel(engine).conversationForRemote(id);
  }

  /** Lets time pass for everything that reads a clock. */
  void pass(Duration duration) {
    time.pass(duration);
    engine.tick();
  }

  /** This node alone can't reach Redis any more, and has noticed. */
  void cutOffFromRedis() {
    redisLine.isCut = true;
    while (engine.health().isRedisUsed()) {
      engine.recovery().tendRedis();
    }
  }

  /** This node reaches Redis again, and has noticed. */
  void reconnectToRedis() {
    redisLine.isCut = false;
    pass(config.redisBreaker().timeout());
    engine.recovery().tendRedis();
  }

  /** A turn of the duties for notes, Supabase and epochs. */
  void turn() {
    engine.recovery().tendNotes();
    engine.sync().runInBackground();
    engine.recovery().tendSupabase();
    engine.recovery().tendEpochs();
  }

  /** Redis fails so often that its breaker opens. */
  void openRedisBreaker() {
    l2.isOut = true;
    while (engine.health().isRedisUsed()) {
      engine.recovery().tendRedis();
    }
    engine.recovery().tendSupabase(); // each second, so that others have been heard of lately
  }

  /** Redis answers again, and its trial is due. */
  void healRedis() {
    l2.isOut = false;
    pass(Duration.ofSeconds(31));
    engine.recovery().tendRedis();
    engine.recovery().tendNotes();
  }

  /** What L3 holds of the conversation. */
  List<? extends Field> inL3() {
    return Objects.requireNonNull(l3.conversations(List.of(ID)).get(ID)).fields();
  }

  static Value json(String json) {
    return Value.json(json);
  }

  static List<Value> turns(int count) {
    return IntStream.range(0, count).mapToObj(i -> json("{\"turn\":" + i + "}")).toList();
  }

  Ledger.Counts ledger() {
    return engine.levels().outbox().counts();
  }

  /** I11: what came in is where it must be. */
  void assertLedgerIsEven() {
    Ledger.Counts ledger = ledger();
    assertThat(ledger.acknowledged() + ledger.replayed() + ledger.adopted()).isEqualTo(
        ledger.synced() + ledger.coalesced() + ledger.pending() + ledger.quarantined());
  }

  /** Whether a thread waits for work of another one of which it does not want to know any more. */
  static boolean isClosingASubtask(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(Subtask.class.getName())
            && frame.getMethodName().equals("close"));
  }
}
