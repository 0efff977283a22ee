package dev.nivel.supabase;

import dev.nivel.store.Quarantined;
import dev.nivel.store.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of fields that can't be stored. Its contents leave it only to be written again. */
final class QuarantineFunctions {
  private final Functions functions;

  QuarantineFunctions(Functions functions) {
    this.functions = functions;
  }

  /** Keeps a field apart, unless its conversation was erased since, which it waits to know. */
  void add(Write write, int node, String reason) {
    functions.run(new Call("L3 quarantine", "quarantine_fields").conversations(List.of(write))
        .fields(List.of(write.field()))
        .number("p_node", node)
        .text("p_reason", reason));
  }

  List<Quarantined> rows(long after, int limit) {
    return functions.call(new Call("L3 listing of the quarantine", "quarantined")
        .number("p_after", after)
        .number("p_limit", limit), QuarantineFunctions::row);
  }

  private static Quarantined row(Row row) {
    return new Quarantined(row.number("id"), row.text("conversation_id"), row.text("field"),
        row.stamp("stamp"), row.smallNumber("bytes"),
        row.isNull("content_type") ? null : row.text("content_type"), row.smallNumber("node"),
        row.text("reason"), Instant.ofEpochMilli(row.number("since")));
  }

  Map<Long, Write> writes(Collection<Long> ids) {
    Call call = new Call("L3 read of the quarantine", "quarantined_fields").numbers("p_ids", ids);
    return functions.call(call, row -> Map.entry(row.number("id"),
        new Write(row.text("conversation_id"), row.field(row.text("field"), ""))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  List<Quarantined> drop(Collection<Long> ids) {
    Call call = new Call("L3 drop from the quarantine", "drop_quarantined").numbers("p_ids", ids);
    List<Quarantined> dropped = new ArrayList<>(functions.call(call, QuarantineFunctions::row));
    dropped.sort(Quarantined.ORDER);
    return dropped;
  }
}
