-- What a cache wants of conversations, read in one way again, however many items they have: to look first
-- whether they are within bounds took as long as it saved for 4 items each, and longer for more. The frame
-- goes by rows, for stamps are unique. The plan is kept, and goes by indexes even if it was made when there
-- was nothing yet and no statistics: it would read whole tables until these are renewed.
create or replace function nivel.read_conversations(
  p_conversations text[], p_items_max bigint, p_item_bytes_max bigint, p_keys_max bigint)
returns table (kind text, conversation_id text, name text, stamp bigint, content_type text,
  value bytea, expires bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan
set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
  select 'c', c.conversation_id, null, c.erase_stamp, null, null::bytea, null::bigint
  from nivel.conversations c where c.conversation_id = any(p_conversations)
  union all
  select 'e', e.conversation_id, e.name, e.stamp, e.content_type, e.value,
    (extract(epoch from e.expires_at) * 1000)::bigint
  from nivel.entries e where e.conversation_id = any(p_conversations)
  union all
  select 'i', q.id, null, n.stamp, n.content_type, case when n.fits then n.value end, null
  from unnest(p_conversations) as q (id) cross join lateral (
    select i.stamp, i.content_type, i.value, row_number() over newest = 1
      or row_number() over newest <= p_items_max
        and sum(octet_length(i.value)) over newest <= p_item_bytes_max as fits
    from nivel.items i where i.conversation_id = q.id
    window newest as (order by i.stamp desc rows unbounded preceding)
    order by i.stamp desc limit p_items_max + 1) as n
  union all
  select 'k', q.id, k.key_hash, k.stamp, k.content_type, k.value,
    (extract(epoch from k.expires_at) * 1000)::bigint
  from unnest(p_conversations) as q (id) cross join lateral (
    select * from nivel.idempotency i
    where i.conversation_id = q.id and i.expires_at > now()
    order by i.stamp desc limit p_keys_max) as k
  where exists (select from nivel.idempotency i where i.conversation_id = any(p_conversations));
end $$;

update nivel.meta set value = '13' where key = 'schema_version';
