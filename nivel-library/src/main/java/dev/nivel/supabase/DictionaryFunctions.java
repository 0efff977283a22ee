package dev.nivel.supabase;

import dev.nivel.store.Dictionary;
import dev.nivel.store.DictionaryStore;
import java.util.List;
import java.util.Optional;

/** The table of dictionaries. A row whose content is not what its id says is none. */
final class DictionaryFunctions implements DictionaryStore {
  private final Functions functions;

  DictionaryFunctions(Functions functions) {
    this.functions = functions;
  }

  @Override
  public List<Integer> ids(String scope) {
    Call call = new Call("L3 listing of dictionaries", "dictionary_ids").text("p_scope", scope);
    return functions.call(call, row -> row.smallNumber("id"));
  }

  @Override
  public Optional<Dictionary> find(String scope, int id) {
    Call call = new Call("L3 read of a dictionary", "read_dictionary").text("p_scope", scope)
        .number("p_id", id);
    return functions.call(call, row -> new Dictionary(scope, row.bytes("content")))
        .stream()
        .filter(dictionary -> dictionary.id() == id)
        .findFirst();
  }

  @Override
  public boolean keep(Dictionary dictionary) {
    Call call = new Call("L3 keeping of a dictionary", "keep_dictionary")
        .text("p_scope", dictionary.scope())
        .number("p_id", dictionary.id())
        .bytes("p_contents", List.of(dictionary.content()));
    return functions.callForOne(call, row -> row.flag("keep_dictionary"));
  }
}
