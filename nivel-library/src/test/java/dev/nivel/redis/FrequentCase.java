package dev.nivel.redis;

import io.lettuce.core.ScriptOutputType;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A script that stands before another one for what is frequent, on one conversation: it does what
 * that one does, or changes nothing and leaves it to that.
 */
final class FrequentCase {
  private static final String LEFT = "left to the whole script";

  private final String script;
  private final String whole;
  private final PlainRedis plain;
  private final String[] keys;
  private int round;

  /**
   * One.
   *
   * @param script its resource
   * @param whole those of the other one, in their order
   */
  FrequentCase(String script, List<String> whole, PlainRedis plain, String conversation) {
    this.script = Script.resource(script) + "return '" + LEFT + "'";
    this.whole = String.join("", whole.stream().map(Script::resource).toList());
    this.plain = plain;
    keys = keys(conversation);
  }

  /** What scripts take: hash, index of what is unsynced, generation, right to fill. */
  static String[] keys(String conversation) {
    int bucket = RedisKeys.bucket(conversation);
    String encoded = RedisKeys.encode(conversation);
    return Stream.of(RedisKeys.hash(bucket, encoded), RedisKeys.unsynced(bucket),
        RedisKeys.generation(bucket), RedisKeys.fillToken(bucket, encoded))
        .map(RedisKeys::text)
        .toArray(String[]::new);
  }

  /** Runs both on what is held, and compares; returns whether it did not leave it alone. */
  boolean does(String[] arguments) {
    return does(arguments, List::of);
  }

  /**
   * The same.
   *
   * @param told what was published since it was asked last
   */
  boolean does(String[] arguments, Supplier<List<String>> told) {
    round++;
    HeldState before = HeldState.of(plain, keys);
    List<String> unused = told.get();
    List<Object> answer = run(script, arguments);
    HeldState after = HeldState.of(plain, keys);
    List<String> toldByIt = told.get();
    if (answer.equals(List.of(LEFT))) {
      assertThat(after).as("left alone in round %d", round).isEqualTo(before);
      assertThat(toldByIt).as("messages of round %d", round).isEmpty();
      return false;
    }
    before.restore(plain, keys);
    assertThat(run(whole, arguments)).as("answer in round %d", round).isEqualTo(answer);
    assertThat(HeldState.of(plain, keys)).as("state after round %d", round).isEqualTo(after);
    assertThat(told.get()).as("messages of round %d", round).isEqualTo(toldByIt);
    return true;
  }

  private List<Object> run(String text, String[] arguments) {
    return plain.commands().eval(text, ScriptOutputType.MULTI, keys, arguments);
  }
}
