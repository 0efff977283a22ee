-- Write-behind that finds out whether a row is new by storing it. Nearly every row of a chunk is: a plain
-- insert looks for no other row first and makes no claim to take back. If one is there after all, the whole
-- attempt is undone, and judge_fields does what is left as ever. Times are divided as double precision: the
-- same result as of numeric, in a fraction of the time.

-- Stores items that are newer than their conversations' erasure: what write_fields does with a chunk that
-- has nothing else, as most have. Returns the same rows. In the one statement the conversations are locked
-- before the first item is stored, for the condition on their stamps reads what the lock returns.
create function nivel.write_items(
  p_conversations text[], p_stamps bigint[], p_content_types text[], p_values bytea[])
returns table (ordinal integer, reason text, held_stamp bigint, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  begin
    with locked as (
      insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
      select w.conversation_id collate "C",
        to_timestamp(((min(w.stamp) >> 11) + 1577836800000)::float8 / 1000),
        to_timestamp(((max(w.stamp) >> 11) + 1577836800000)::float8 / 1000)
      from unnest(p_conversations, p_stamps) as w (conversation_id, stamp)
      group by 1 order by 1
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
    where (select min(u.stamp) from unnest(p_stamps) as u (stamp))
      > (select greatest(max(l.erase_stamp),
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

-- Stores each field that is newer than what is held and than its conversation's erasure.
-- Returns a row for each field that was not stored, but for those that are held already as they are.
-- p_fields: e:<name>, i:<stamp> or k:<hash of an idempotency key>, none twice. p_values: null in a tombstone.
-- p_expires: milliseconds since 1970, null = never.
create or replace function nivel.write_fields(
  p_conversations text[], p_fields text[], p_stamps bigint[], p_content_types text[],
  p_values bytea[], p_expires bigint[])
returns table (ordinal integer, reason text, held_stamp bigint, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  are_newer boolean;
  more bigint;
  stored bigint := 0;
begin
  begin
    with locked as (
      insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
      select w.conversation_id collate "C",
        to_timestamp(((min(w.stamp) >> 11) + 1577836800000)::float8 / 1000),
        to_timestamp(((max(w.stamp) >> 11) + 1577836800000)::float8 / 1000)
      from unnest(p_conversations, p_stamps) as w (conversation_id, stamp)
      group by 1 order by 1
      on conflict (conversation_id) do update set
        first_activity = coalesce(c.first_activity, excluded.first_activity),
        last_activity = case
          when to_timestamp(((c.erase_stamp >> 11) + 1577836800000)::float8 / 1000)
            > excluded.last_activity then c.last_activity
          else greatest(c.last_activity, excluded.last_activity) end
      returning c.erase_stamp
    )
    select (select min(u.stamp) from unnest(p_stamps) as u (stamp))
      > greatest(max(l.erase_stamp),
        (select m.value::bigint from nivel.meta m where m.key = 'purge_horizon'))
    into are_newer from locked l;
    if are_newer and 'f' > any (p_fields collate "C") then
      insert into nivel.entries as e
        (conversation_id, name, stamp, content_type, value, expires_at, deleted_at)
      select u.conversation_id, substr(u.field, 3), u.stamp, u.content_type, u.value,
        to_timestamp(u.expires::float8 / 1000), case when u.value is null then now() end
      from unnest(p_conversations, p_fields, p_stamps, p_content_types, p_values, p_expires)
        as u (conversation_id, field, stamp, content_type, value, expires)
      where left(u.field, 2) = 'e:'
      on conflict (conversation_id, name) do update set
        stamp = excluded.stamp, content_type = excluded.content_type, value = excluded.value,
        expires_at = excluded.expires_at, deleted_at = excluded.deleted_at, updated_at = now()
      where excluded.stamp > e.stamp;
      get diagnostics stored = row_count;
    end if;
    if are_newer and stored < cardinality(p_stamps) then
      insert into nivel.items (conversation_id, stamp, content_type, value)
      select u.conversation_id, u.stamp, u.content_type, u.value
      from unnest(p_conversations, p_fields, p_stamps, p_content_types, p_values)
        as u (conversation_id, field, stamp, content_type, value)
      where left(u.field, 2) = 'i:';
      get diagnostics more = row_count;
      stored := stored + more;
    end if;
    if are_newer and 'k' < any (p_fields collate "C") then
      insert into nivel.idempotency as k
        (conversation_id, key_hash, stamp, content_type, value, expires_at)
      select u.conversation_id, substr(u.field, 3), u.stamp, u.content_type, u.value,
        to_timestamp(u.expires::float8 / 1000)
      from unnest(p_conversations, p_fields, p_stamps, p_content_types, p_values, p_expires)
        as u (conversation_id, field, stamp, content_type, value, expires)
      where left(u.field, 2) = 'k:'
      on conflict (conversation_id, key_hash) do update set
        stamp = excluded.stamp, content_type = excluded.content_type, value = excluded.value,
        expires_at = excluded.expires_at
      where excluded.stamp > k.stamp;
      get diagnostics more = row_count;
      stored := stored + more;
    end if;
    if stored = cardinality(p_stamps) then
      return;
    end if;
  exception when unique_violation then null; -- an item is there already: as it is, or another one
  end;
  return query select j.* from nivel.judge_fields(p_conversations, p_fields, p_stamps,
    p_content_types, p_values, p_expires) j;
end $$;

-- Everything that a cache wants of conversations, as of one moment: c a conversation's erasure, e entries,
-- i the newest items within bounds and one more without its value if there are more, k idempotency keys.
-- Most conversations are within bounds, and then their items need not be counted and added up one by one,
-- which takes longer than to read them. To find that out, no more than 2,000 are looked at.
create or replace function nivel.read_conversations(
  p_conversations text[], p_items_max bigint, p_item_bytes_max bigint, p_keys_max bigint)
returns table (kind text, conversation_id text, name text, stamp bigint, content_type text,
  value bytea, expires bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  looked_at constant bigint := least(2000, p_items_max * cardinality(p_conversations));
  are_within boolean;
begin
  select coalesce(sum(l.items) <= looked_at and max(l.items) <= p_items_max
    and max(l.bytes) <= p_item_bytes_max, true)
  into are_within
  from (
    select count(*) as items, sum(octet_length(f.value)) as bytes
    from (
      select i.conversation_id, i.value from nivel.items i
      where i.conversation_id = any(p_conversations) limit looked_at + 1) f
    group by f.conversation_id) l;
  return query
  select 'c', c.conversation_id, null, c.erase_stamp, null, null::bytea, null::bigint
  from nivel.conversations c where c.conversation_id = any(p_conversations)
  union all
  select 'e', e.conversation_id, e.name, e.stamp, e.content_type, e.value,
    (extract(epoch from e.expires_at) * 1000)::bigint
  from nivel.entries e where e.conversation_id = any(p_conversations)
  union all
  select 'i', i.conversation_id, null, i.stamp, i.content_type, i.value, null
  from nivel.items i where are_within and i.conversation_id = any(p_conversations)
  union all
  select 'i', q.id, null, n.stamp, n.content_type, case when n.fits then n.value end, null
  from unnest(p_conversations) as q (id) cross join lateral (
    select i.stamp, i.content_type, i.value, row_number() over newest = 1
      or row_number() over newest <= p_items_max
        and sum(octet_length(i.value)) over newest <= p_item_bytes_max as fits
    from nivel.items i where i.conversation_id = q.id
    window newest as (order by i.stamp desc)
    order by i.stamp desc limit p_items_max + 1) as n
  where not are_within
  union all
  select 'k', q.id, k.key_hash, k.stamp, k.content_type, k.value,
    (extract(epoch from k.expires_at) * 1000)::bigint
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

update nivel.meta set value = '12' where key = 'schema_version';
