package dev.nivel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UseHeapTest {
  /** A resident at the tick under which it is filed. */
  private record Filed(Resident resident, long tick) {}

  private final UseHeap heap = new UseHeap();
  private final PriorityQueue<Filed> model = new PriorityQueue<>(
      Comparator.comparingLong(Filed::tick));

  private static Resident resident(long tick) {
    return new Resident("c", Known.NOTHING, tick, Long.MAX_VALUE);
  }

  private void add(long tick) {
    Resident resident = resident(tick);
    heap.add(resident, tick);
    model.add(new Filed(resident, tick));
  }

  /** The first one of the heap in the model, which may have another one of this tick before it. */
  private Filed removeFirstFromModel() {
    Filed first = model.stream()
        .filter(filed -> filed.resident() == heap.first())
        .findFirst()
        .orElseThrow();
    model.remove(first);
    return first;
  }

  private void moveFirst(long tick) {
    Filed first = removeFirstFromModel();
    model.add(new Filed(first.resident(), tick));
    heap.moveFirst(tick);
  }

  private void removeFirst() {
    removeFirstFromModel();
    heap.removeFirst();
  }

  private void leaveSome(Random random) {
    model.stream()
        .filter(filed -> random.nextInt(3) == 0)
        .forEach(filed -> filed.resident().leave());
    model.removeIf(filed -> filed.resident().isGone());
    heap.removeGone();
  }

  private void change(Random random) {
    int choice = random.nextInt(100);
    if (choice == 0) {
      leaveSome(random);
    } else if (choice < 45 || model.isEmpty()) {
      add(random.nextInt(1_000));
    } else if (choice < 75) {
      moveFirst(heap.firstTick() + random.nextInt(500) - 50);
    } else {
      removeFirst();
    }
  }

  private void checkFirst() {
    assertThat(heap.size()).isEqualTo(model.size());
    @Nullable Filed first = model.peek();
    if (first == null) {
      assertThat(heap.first()).isNull();
    } else {
      assertThat(heap.firstTick()).isEqualTo(first.tick());
      assertThat(model).anyMatch(filed -> filed.resident() == heap.first()
          && filed.tick() == heap.firstTick());
    }
  }

  @Test
  void hasTheLeastTickFirstWhateverIsDoneToIt() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      for (int i = 0; i < 2_000; i++) {
        change(random);
        checkFirst();
      }
    }
  }

  @Test
  void givesBackWhatItHoldsInOrder() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      add(random.nextInt(5_000));
    }
    List<Long> given = new ArrayList<>();
    while (heap.first() != null) {
      given.add(heap.firstTick());
      removeFirst();
    }
    assertThat(given).hasSize(10_000).isSorted();
  }
}
