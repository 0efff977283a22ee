-- What a cache wants of conversations, as read_conversations says it, which nodes of an older Nivel
-- still call, but with the items of a conversation in one row: for short ones, a row each costs
-- more than what is in it, and a window over each conversation does, too.
--
-- Rows: c a conversation's erasure, if there was one; e entries; k idempotency keys; i items, the
-- newest first. In a row with a frame they are packed: value holds their values, content_type their
-- types, a line each, and frame the stamp (8 bytes) and the length (4 bytes) of each. So are the
-- newest of a conversation if all of them are short. What is older, or the items of another
-- conversation, are a row each, within bounds, and one more without its value if there are more.
create function nivel.read_contents(
  p_conversations text[], p_items_max bigint, p_item_bytes_max bigint, p_keys_max bigint)
returns table (kind text, conversation_id text, name text, stamp bigint, content_type text,
  value bytea, expires bigint, frame bytea)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
#variable_conflict use_column
declare
  packed_max constant bigint := least(128, p_items_max);
  short constant bigint := p_item_bytes_max / 128; -- so that what is packed is within the bounds
begin
  return query
  select 'c', c.conversation_id, null, c.erase_stamp, null, null::bytea, null::bigint, null::bytea
  from nivel.conversations c where c.conversation_id = any(p_conversations) and c.erase_stamp > 0
  union all
  select 'e', e.conversation_id, e.name, e.stamp, e.content_type, e.value,
    (extract(epoch from e.expires_at) * 1000)::bigint, null
  from nivel.entries e where e.conversation_id = any(p_conversations)
  union all
  select 'i', q.id, null, r.stamp, r.content_type, r.value, null, r.frame
  from unnest(p_conversations) as q (id)
  cross join lateral (
    select count(*) as items, bool_and(octet_length(i.value) <= short) as are_short,
      sum(octet_length(i.value)) as bytes, min(i.stamp) as oldest,
      string_agg(case when octet_length(i.value) <= short then i.value end, '') as packed,
      string_agg(i.content_type, E'\n') as content_types,
      string_agg(int8send(i.stamp) || int4send(octet_length(i.value)), '') as frame
    from (
      select i.stamp, i.content_type, i.value from nivel.items i
      where i.conversation_id = q.id order by i.stamp desc limit packed_max) as i) as n
  cross join lateral (
    select case when n.are_short then n.items else 0 end as items,
      case when n.are_short then n.bytes else 0 end as bytes,
      case when n.are_short then n.oldest else 9223372036854775807 end as oldest) as done
  cross join lateral (
    select null::bigint as stamp, n.content_types as content_type, n.packed as value, n.frame
    where n.are_short
    union all
    select o.stamp, o.content_type, case when o.fits then o.value end, null
    from (
      select i.stamp, i.content_type, i.value,
        done.items + row_number() over newest = 1
          or done.items + row_number() over newest <= p_items_max
            and done.bytes + sum(octet_length(i.value)) over newest <= p_item_bytes_max as fits
      from nivel.items i where i.conversation_id = q.id and i.stamp < done.oldest
      window newest as (order by i.stamp desc rows unbounded preceding)
      order by i.stamp desc limit p_items_max + 1 - done.items) as o
    where n.items = packed_max or not n.are_short) as r
  union all
  select 'k', q.id, k.key_hash, k.stamp, k.content_type, k.value,
    (extract(epoch from k.expires_at) * 1000)::bigint, null
  from unnest(p_conversations) as q (id) cross join lateral (
    select * from nivel.idempotency i
    where i.conversation_id = q.id and i.expires_at > now()
    order by i.stamp desc limit p_keys_max) as k
  where exists (select from nivel.idempotency i where i.conversation_id = any(p_conversations));
end $$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '14' where key = 'schema_version';
