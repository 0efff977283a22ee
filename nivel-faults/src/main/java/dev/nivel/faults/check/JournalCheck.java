package dev.nivel.faults.check;

import dev.nivel.faults.history.JournalLook;
import dev.nivel.faults.history.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements claim the journal only if it has the write (I1), and where it must have every
 * write, there is none without it. Two looks at a journal between which nothing was appended show
 * what is claimed in vain; of two looks around an acknowledgement without the journal one must name
 * the journal as broken.
 */
public final class JournalCheck {
  private static final String REDIS = "redis";
  private static final String JOURNAL = "journal";
  private static final String SUPABASE = "supabase";
  /** A journal that has failed stays closed for a second, and no server starts anew sooner. */
  private static final long NEAR_NANOS = 500_000_000L;

  private final boolean isRequired;
  private final Map<Integer, NavigableMap<Long, JournalLook>> looks = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  /**
   * A check with what servers have said.
   *
   * @param isRequired whether writes are refused that the journal can't take
   */
  public JournalCheck(boolean isRequired, List<JournalLook> looks) {
    this.isRequired = isRequired;
    looks.forEach(look -> this.looks.computeIfAbsent(look.node(), node -> new TreeMap<>())
        .put(look.asked(), look));
  }

  /** What is wrong; empty if nothing is. */
  public List<Violation> check(List<Operation> operations) {
    List<Operation> sorted = operations.stream()
        .sorted(Comparator.comparingLong(Operation::start))
        .toList();
    Set<Operation> repetitions = repetitions(sorted);
    sorted.stream()
        .filter(operation -> operation.isOk() && !operation.reply().durability().isEmpty())
        .filter(operation -> !repetitions.contains(operation))
        .forEach(this::check);
    return violations;
  }

  /** A repetition says where the first is; of two at the same time, either may be the first. */
  private static Set<Operation> repetitions(List<Operation> sorted) {
    Map<String, Operation> first = new HashMap<>();
    Set<Operation> repetitions = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Operation operation : sorted) {
      String key = operation.call().key();
      @Nullable Operation before = key.isEmpty() ? null : first.putIfAbsent(key, operation);
      if (before != null) {
        repetitions.add(operation);
        if (operation.start() < before.end()) {
          repetitions.add(before);
        }
      }
    }
    return repetitions;
  }

  private void check(Operation write) {
    List<String> durability = write.reply().durability();
    if (durability.contains(JOURNAL)) {
      checkClaim(write);
    } else if (durability.contains(REDIS) && !durability.contains(SUPABASE)) {
      checkReason(write);
      if (isRequired) {
        report("the journal must have every write, and does not have this one", write);
      }
    }
  }

  private NavigableMap<Long, JournalLook> at(Operation write) {
    return looks.getOrDefault(write.call().node(), new TreeMap<>());
  }

  private void checkClaim(Operation write) {
    Map.Entry<Long, JournalLook> before = at(write).floorEntry(write.start());
    Map.Entry<Long, JournalLook> after = at(write).ceilingEntry(write.end());
    boolean isBetween = areNear(before, after) && before.getValue().answered() <= write.start();
    if (isBetween && before.getValue().appended() == after.getValue().appended()) {
      report("it claims the journal, to which nothing was appended between two looks: "
          + before.getValue() + ", " + after.getValue(), write);
    }
  }

  private void checkReason(Operation write) {
    Map.Entry<Long, JournalLook> before = at(write).floorEntry(write.start());
    Map.Entry<Long, JournalLook> after = at(write).ceilingEntry(write.end());
    if (areNear(before, after) && before.getValue().isWritable()
        && after.getValue().isWritable()) {
      report("it is in Redis alone, and the journal is said to be in order", write);
    }
  }

  private static boolean areNear(Map.@Nullable Entry<Long, JournalLook> before,
      Map.@Nullable Entry<Long, JournalLook> after) {
    return before != null && after != null
        && after.getValue().answered() - before.getValue().asked() < NEAR_NANOS;
  }

  private void report(String message, Operation write) {
    violations.add(new Violation(Rule.CLAIMED, message, List.of(write)));
  }
}
