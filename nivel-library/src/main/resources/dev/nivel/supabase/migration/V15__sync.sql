-- Items that come with what their conversations' rows need. The caller has it at hand; to group and
-- sort the rows of a chunk by conversation here took a tenth of PostgreSQL's processor time. The
-- plan is kept after five calls, for no other one is cheaper.

-- Stores items that are newer than their conversations' erasure: what write_fields does with a
-- chunk that has nothing else, as most have. Returns the same rows. In the one statement the
-- conversations are locked before the first item is stored, for the condition on their stamps reads
-- what the lock returns. Nodes of an older version still call write_items, which needs no more than
-- the items.
-- p_distinct: the conversations of the items, each once, in the order of their bytes, as everybody
-- locks them; p_firsts, p_lasts: the first and the last stamp of each; p_oldest: the least of them.
-- It is the caller's part that they fit the items.
create function nivel.store_items(
  p_conversations text[], p_stamps bigint[], p_content_types text[], p_values bytea[],
  p_distinct text[], p_firsts bigint[], p_lasts bigint[], p_oldest bigint)
returns table (ordinal integer, reason text, held_stamp bigint, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' as $$
begin
  begin
    with locked as (
      insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
      select u.id, to_timestamp(((u.first >> 11) + 1577836800000)::float8 / 1000),
        to_timestamp(((u.last >> 11) + 1577836800000)::float8 / 1000)
      from unnest(p_distinct, p_firsts, p_lasts) as u (id, first, last)
      on conflict (conversation_id) do update set
        first_activity = coalesce(c.first_activity, excluded.first_activity),
        last_activity = case
          when to_timestamp(((c.erase_stamp >> 11) + 1577836800000)::float8 / 1000)
            > excluded.last_activity then c.last_activity
          else greatest(c.last_activity, excluded.last_activity) end
      returning c.erase_stamp
    )
    insert into nivel.items (conversation_id, stamp, content_type, value)
    select * from unnest(p_conversations, p_stamps, p_content_types, p_values)
    where p_oldest > (select greatest(max(l.erase_stamp),
        (select m.value::bigint from nivel.meta m where m.key = 'purge_horizon')) from locked l);
    if found then
      return;
    end if;
  exception when unique_violation then null; -- one is there already: as it is, or another one
  end;
  return query select j.* from nivel.judge_fields(p_conversations,
    array(select 'i:' || u.stamp from unnest(p_stamps) with ordinality as u (stamp, position)
      order by u.position),
    p_stamps, p_content_types, p_values, array_fill(null::bigint, array[cardinality(p_stamps)])) j;
end $$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '15' where key = 'schema_version';
