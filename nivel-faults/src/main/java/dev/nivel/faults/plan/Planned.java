package dev.nivel.faults.plan;

import java.time.Duration;

/**
 * One fault of a run.
 *
 * @param node which server, or whose line to a store, or which master of Redis; -1 = those of all
 * @param at when it begins, since the load has started
 * @param lasting how long until it is healed; of the loss of a master, how long the old one stays
 *     away when the servers of Nivel go on without it, 0 if it does not stay away so long
 * @param amount bytes, bytes a second, milliseconds or swaps, as its kind needs; of the loss of a
 *     master, for how many milliseconds its replicas do not hear of it before
 * @param point where in its code a server ends itself, and at which arrival there: name:count
 */
public record Planned(FaultKind kind, int node, Duration at, Duration lasting, long amount,
    String point) {

  /** The same on this server, if its kind hits one. */
  Planned on(int other) {
    return new Planned(kind, node < 0 ? node : other, at, lasting, amount, point);
  }

  @Override
  public String toString() {
    String where = node < 0 ? "" : "#" + node;
    String what = kind == FaultKind.NIVEL_POINT ? "(" + point + ")"
        : amount == 0 ? "" : "(" + amount + ")";
    return kind + where + what + "@" + at.toMillis() + "+" + lasting.toMillis();
  }
}
