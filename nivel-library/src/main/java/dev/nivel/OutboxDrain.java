package dev.nivel;

import dev.nivel.store.UnavailableException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Brings to L3 what is pending in the outbox, oldest first, in chunks that grow from one to the
 * next.
 *
 * <p>While L3 writes a chunk, on a thread of its own, the one before is concluded and the next one
 * taken out of the outbox. L3 is given one chunk at a time, in order, so that what it holds of the
 * outbox is its beginning.
 */
final class OutboxDrain {
  private final Outbox outbox;
  private final ChunkWriter chunks;
  private final Health health;
  private final Executor ahead;

  OutboxDrain(Outbox outbox, ChunkWriter chunks, Context context) {
    this.outbox = outbox;
    this.chunks = chunks;
    health = context.health();
    ahead = context.ahead();
  }

  /**
   * Brings to L3 what is pending now and wanted. What is written meanwhile is left to the next run,
   * a newer version of what was just sent too.
   *
   * @param size of the first chunk; learns
   * @throws UnavailableException if L3 fails; what it has not written stays pending
   */
  ChunkWriter.Result run(ChunkSize size, OutboxIndex.Wanted wanted) {
    try (ChunkWriter.Settling settling = chunks.settling()) {
      return new Run(size, wanted, settling).toTheEnd();
    }
  }

  /** One run. For use by one thread. */
  private final class Run {
    private final ChunkSize size;
    private final OutboxIndex.Wanted wanted;
    private final ChunkWriter.Settling settling;
    private ChunkWriter.Result total = ChunkWriter.Result.NONE;
    /** The first chunk that is not concluded. */
    private OutboxIndex.Chunk open;
    /** What L3 said of it; null = it has said nothing. */
    private ChunkWriter.@Nullable Judged judged;

    private Run(ChunkSize size, OutboxIndex.Wanted wanted, ChunkWriter.Settling settling) {
      this.size = size;
      this.wanted = wanted;
      this.settling = settling;
      open = first(new OutboxIndex.Range(0, outbox.mark()));
    }

    ChunkWriter.Result toTheEnd() {
      OutboxIndex.Chunk chunk = open;
      while (!chunk.writes().isEmpty()) {
        try {
          chunk = write(chunk);
        } catch (UnavailableException e) {
          if (!canBeSmaller(open)) {
            throw e;
          }
          size.halve(open);
          judged = null;
          open = first(open.range());
          chunk = open;
        }
      }
      return total;
    }

    /** Whether a smaller chunk may fare better, and there is anybody to store it and to wait. */
    private boolean canBeSmaller(OutboxIndex.Chunk failed) {
      return failed.rowsMax() > 1 && health.supabase().isClosed()
          && !Thread.currentThread().isInterrupted();
    }

    private OutboxIndex.Chunk first(OutboxIndex.Range range) {
      return outbox.pending(size, range, wanted);
    }

    /** Has L3 write a chunk, and concludes the one before; returns the next. */
    private OutboxIndex.Chunk write(OutboxIndex.Chunk chunk) {
      OutboxIndex.Chunk next;
      boolean isAlone = judged == null && chunk.isLast(); // so there is nothing to do meanwhile
      try (Subtask<ChunkWriter.Judged> writing = Subtask.fork("a chunk for Supabase",
          () -> chunks.judge(chunk.writes()), isAlone ? Runnable::run : ahead)) {
        conclude();
        open = chunk;
        size.grow();
        next = first(chunk.rest());
        judged = writing.join();
      }
      if (next.writes().isEmpty() || !judged.isTaken()) { // what is taken apart goes before others
        conclude();
      }
      return next;
    }

    private void conclude() {
      if (judged != null) {
        total = total.plus(chunks.conclude(judged, settling));
        judged = null;
      }
    }
  }
}
