package dev.nivel.redis;

import dev.nivel.store.CompressionCounts;
import dev.nivel.store.CorruptException;
import dev.nivel.store.Dictionary;
import dev.nivel.store.Field;
import dev.nivel.store.IdempotencyKey;
import dev.nivel.store.UnavailableException;
import dev.nivel.store.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the traffic of this node which dictionary suits it. A turn, in the background:
 *
 * <ol>
 * <li>If Redis may have lost the dictionary in use, it gets it again; until then none is used.
 * <li>If other nodes have kept new ones in L3, the best of the latest is used.
 * <li>If enough has passed since the last training, one is trained on three quarters of the sampled
 * conversations, and judged by the others. If it stores them in at most 90 % of what the one in use
 * takes, it goes to L3, then to Redis, and only then it is used: whoever reads a value finds its
 * dictionary.
 * </ol>
 *
 * A turn that fails has no effect but that, and the next one goes on. Turns are made by one thread;
 * the rest is safe for use by several threads.
 */
final class Learning {
  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);
  /** What must have passed before the first training, and at most between two of them. */
  private static final long FIRST_BYTES = 64 << 10;
  private static final long BETWEEN_BYTES_MAX = 64 << 20;
  /** Fewer conversations than this have too little in common to be believed. */
  private static final int CONVERSATIONS_MIN = 2 * Trainer.SHARED_BY_MIN;
  /** One conversation of so many judges what the others have taught. */
  private static final int JUDGE_OF = 4;
  /** How many of the latest dictionaries are considered. */
  private static final int CONSIDERED_MAX = 8;
  private static final double WORTHWHILE = 0.9;

  private final Shelf shelf;
  private final Presets presets;
  private final Compression compression;
  private final Sample sample;
  private final AtomicLong trained = new AtomicLong();
  private final AtomicLong adopted = new AtomicLong();
  /** Of the thread that makes the turns. */
  private List<Integer> considered = List.of();
  /** Of the thread that makes the turns. */
  private long nextTrainingBytes = FIRST_BYTES;

  Learning(Shelf shelf, Presets presets, Compression compression) {
    this.shelf = shelf;
    this.presets = presets;
    this.compression = compression;
    sample = new Sample(System.identityHashCode(this));
  }

  /**
   * Sees a value that Redis has accepted.
   *
   * @param erasures {@link #erasures} from before it was sent: if there was one since, it may be
   *     of this conversation, and nothing is learned (I12)
   */
  void observe(String conversation, Field field, long erasures) {
    @Nullable Value value = field.content();
    if (value != null && !(field instanceof IdempotencyKey)) {
      sample.offer(conversation, value.bytes(), erasures);
    }
  }

  /** How often {@link #forget} was called. */
  long erasures() {
    return sample.erasures();
  }

  /** Forgets what it has seen of a conversation (I12). */
  void forget(String conversation) {
    sample.forget(conversation);
  }

  /**
   * Makes a turn.
   *
   * @throws UnavailableException if Redis or L3 is out; nothing is lost
   */
  void turn() {
    resume();
    List<Integer> ids = shelf.ids();
    ids = withChosen(ids);
    shelf.tidy(ids);
    List<List<byte[]>> conversations = sample.conversations();
    if (conversations.size() < CONVERSATIONS_MIN) {
      conversations = List.of();
    }
    long seenBytes = sample.seenBytes();
    boolean isDue = seenBytes >= nextTrainingBytes && !conversations.isEmpty();
    if (isDue || !ids.equals(considered)) {
      choose(ids, judges(conversations));
      considered = ids;
    }
    if (isDue) {
      nextTrainingBytes = seenBytes + Math.min(BETWEEN_BYTES_MAX, seenBytes);
      train(conversations);
    }
  }

  private void resume() {
    @Nullable Preset chosen = presets.chosen();
    if (chosen != null && presets.used() == null) {
      long seen = presets.suspensions();
      shelf.put(chosen.dictionary());
      presets.use(chosen, seen);
    }
  }

  /** An L3 that was set back to an earlier state gets the one in use again. */
  private List<Integer> withChosen(List<Integer> ids) {
    @Nullable Preset chosen = presets.chosen();
    if (chosen == null || ids.contains(chosen.dictionary().id())) {
      return ids;
    }
    if (!shelf.keep(chosen.dictionary())) {
      presets.abandon(); // who loses Redis could not read what is compressed with it
      return ids;
    }
    List<Integer> all = new ArrayList<>(ids);
    all.add(chosen.dictionary().id());
    return all;
  }

  private static List<byte[]> judges(List<List<byte[]>> conversations) {
    return part(conversations, true).stream().flatMap(List::stream).toList();
  }

  /** The conversations that judge, or those that teach. */
  static List<List<byte[]>> part(List<List<byte[]>> conversations, boolean areJudges) {
    List<List<byte[]>> part = new ArrayList<>();
    for (int i = 0; i < conversations.size(); i++) {
      if (i % JUDGE_OF == 0 == areJudges) {
        part.add(conversations.get(i));
      }
    }
    return part;
  }

  /** Uses the best of the latest ones, if it is worth the change. Without judges, a first one. */
  private void choose(List<Integer> ids, List<byte[]> judges) {
    @Nullable Preset best = presets.chosen();
    long bestBytes = best == null ? Long.MAX_VALUE : storedBytes(judges, best);
    for (int id : ids.subList(Math.max(0, ids.size() - CONSIDERED_MAX), ids.size())) {
      @Nullable Preset other = find(id);
      boolean isFirst = judges.isEmpty() && presets.chosen() == null && other != null;
      long bytes = other == null ? Long.MAX_VALUE : storedBytes(judges, other);
      if (isFirst || bytes < bestBytes * WORTHWHILE) {
        best = other;
        bestBytes = bytes;
      }
    }
    if (best != null && best != presets.chosen()) {
      long seen = presets.suspensions();
      shelf.put(best.dictionary());
      presets.use(best, seen);
      LOG.info("Values in Redis are compressed with {} now, which another node has learned",
          best.dictionary());
    }
  }

  private @Nullable Preset find(int id) {
    try {
      return presets.find(id);
    } catch (CorruptException e) {
      LOG.debug("A dictionary was forgotten meanwhile", e);
      return null;
    }
  }

  private void train(List<List<byte[]>> conversations) {
    byte[] content = Trainer.train(part(conversations, false), Dictionary.BYTES_MAX);
    List<byte[]> judges = judges(conversations);
    trained.incrementAndGet();
    if (content.length == 0) {
      return;
    }
    Dictionary dictionary = new Dictionary(shelf.scope(), content);
    Preset preset = new Preset(dictionary);
    long presentBytes = storedBytes(judges, presets.chosen());
    long bytes = storedBytes(judges, preset);
    if (bytes > presentBytes * WORTHWHILE) {
      LOG.debug("{} is not adopted: {} bytes for {}", dictionary, bytes, presentBytes);
      return;
    }
    long seen = presets.suspensions();
    if (!shelf.keep(dictionary)) {
      LOG.warn("{} is not adopted: L3 keeps no more of them", dictionary);
      return;
    }
    presets.use(presets.keep(dictionary), seen);
    adopted.incrementAndGet();
    LOG.info("Values in Redis are compressed with {} now: samples take {} bytes, and took {}",
        dictionary, bytes, presentBytes);
  }

  private long storedBytes(List<byte[]> values, @Nullable Preset preset) {
    return values.stream().mapToLong(value -> compression.storedBytes(value, preset)).sum();
  }

  CompressionCounts.Learning counts() {
    @Nullable Preset used = presets.used();
    return new CompressionCounts.Learning(used == null ? "" : used.dictionary().name(),
        presets.count(), trained.get(), adopted.get(), sample.bytes());
  }
}
