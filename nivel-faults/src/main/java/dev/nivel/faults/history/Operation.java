package dev.nivel.faults.history;

/**
 * One request with its answer.
 *
 * @param start when it was sent, monotonic
 * @param end when the answer was there, or was no longer waited for
 */
public record Operation(Call call, long start, long end, Reply reply) {
  private static final int TEXT_SHOWN_MAX = 60;

  /** Whether it was acknowledged or answered. */
  public boolean isOk() {
    return reply.outcome() == Outcome.OK;
  }

  /** Whether it may have an effect that nobody has acknowledged. */
  public boolean isUnknown() {
    return reply.outcome() == Outcome.UNKNOWN;
  }

  /** On one line, with times since some beginning. */
  public String describe(long beginning) {
    return "%9.3f-%9.3f ms client %d node %d %s %s %s %s arg=%d%s -> %s %d %s %s %s %s%s".formatted(
        (start - beginning) / 1e6, (end - beginning) / 1e6, call.client(), call.node(),
        call.kind(), call.conversation(), call.name(),
        call.texts().stream().map(Operation::shortened).toList(), call.argument(),
        call.key().isEmpty() ? "" : " key=" + call.key(),
        reply.outcome(), reply.status(), reply.stamps(), reply.durability(),
        reply.cacheStatus(), shown(reply.seen()), reply.problem());
  }

  private static String shortened(String text) {
    return text.length() <= TEXT_SHOWN_MAX ? text : text.substring(0, TEXT_SHOWN_MAX) + "...";
  }

  private static String shown(Seen seen) {
    StringBuilder shown = new StringBuilder();
    seen.entries()
        .forEach((name, version) -> shown.append(name)
            .append('=')
            .append(version.stamp())
            .append(' ')
            .append(shortened(version.text()))
            .append(' '));
    if (!seen.items().isEmpty()) {
      shown.append(seen.items().size())
          .append(" items ")
          .append(seen.items().getFirst().stamp())
          .append("..")
          .append(seen.items().getLast().stamp())
          .append(seen.hasMore() ? " and more" : "");
    }
    return shown.toString();
  }
}
