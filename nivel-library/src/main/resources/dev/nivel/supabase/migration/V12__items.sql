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

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '12' where key = 'schema_version';
