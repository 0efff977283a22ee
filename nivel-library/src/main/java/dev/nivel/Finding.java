package dev.nivel;

import dev.nivel.store.Judgement;

/**
 * What the doctor has found.
 *
 * @param subject what was examined: {@code redis}, {@code supabase}, {@code data directory}
 * @param check what was checked: {@code eviction policy}
 * @param judgement what there is, how bad that is, and what to do
 */
public record Finding(String subject, String check, Judgement judgement) {
  /** Whether Nivel does not work, or is not safe, before this is mended. */
  public boolean mustBeMended() {
    return judgement.verdict() == Judgement.Verdict.MEND;
  }
}
