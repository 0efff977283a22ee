-- Write-behind that does not look before it stores: nearly every field of a chunk is new. What a chunk
-- has beside those is judged as before, after it.

alter function nivel.write_fields(text[], text[], bigint[], text[], bytea[], bigint[])
  rename to judge_fields;

-- Stores each field that is newer than what is held and than its conversation's erasure.
-- Returns a row for each field that was not stored, but for those that are held already as they are.
-- p_fields: e:<name>, i:<stamp> or k:<hash of an idempotency key>, none twice. p_values: null in a tombstone.
-- p_expires: milliseconds since 1970, null = never.
-- The plan is made once for a connection: to make it takes longer than to store ten rows, and there is
-- but one way to insert. nivel.stamp_time is written out, for it would be a call for each row.
create function nivel.write_fields(
  p_conversations text[], p_fields text[], p_stamps bigint[], p_content_types text[],
  p_values bytea[], p_expires bigint[])
returns table (ordinal integer, reason text, held_stamp bigint, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  barred bigint;
  oldest bigint;
  stored bigint;
begin
  with locked as (
    insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
    select w.conversation_id,
      to_timestamp(((min(w.stamp) >> 11) + 1577836800000) / 1000.0),
      to_timestamp(((max(w.stamp) >> 11) + 1577836800000) / 1000.0)
    from unnest(p_conversations, p_stamps) as w (conversation_id, stamp)
    group by w.conversation_id
    order by w.conversation_id collate "C"
    on conflict (conversation_id) do update set
      first_activity = coalesce(c.first_activity, excluded.first_activity),
      last_activity = case
        when to_timestamp(((c.erase_stamp >> 11) + 1577836800000) / 1000.0) > excluded.last_activity
        then c.last_activity
        else greatest(c.last_activity, excluded.last_activity) end
    returning c.erase_stamp
  )
  select greatest(max(l.erase_stamp),
      (select m.value::bigint from nivel.meta m where m.key = 'purge_horizon')),
    (select min(u.stamp) from unnest(p_stamps) as u (stamp))
  into barred, oldest from locked l;
  if oldest > barred then
    with w as materialized (
      select u.conversation_id, left(u.field, 2) as kind, substr(u.field, 3) as name, u.stamp,
        u.content_type, u.value, u.expires
      from unnest(p_conversations, p_fields, p_stamps, p_content_types, p_values, p_expires)
        as u (conversation_id, field, stamp, content_type, value, expires)
    ), stored_items as (
      insert into nivel.items (conversation_id, stamp, content_type, value)
      select w.conversation_id, w.stamp, w.content_type, w.value from w where w.kind = 'i:'
      on conflict do nothing
      returning 1
    ), stored_entries as (
      insert into nivel.entries as e
        (conversation_id, name, stamp, content_type, value, expires_at, deleted_at)
      select w.conversation_id, w.name, w.stamp, w.content_type, w.value,
        to_timestamp(w.expires / 1000.0), case when w.value is null then now() end
      from w where w.kind = 'e:'
      on conflict (conversation_id, name) do update set
        stamp = excluded.stamp, content_type = excluded.content_type, value = excluded.value,
        expires_at = excluded.expires_at, deleted_at = excluded.deleted_at, updated_at = now()
      where excluded.stamp > e.stamp
      returning 1
    ), stored_keys as (
      insert into nivel.idempotency as k
        (conversation_id, key_hash, stamp, content_type, value, expires_at)
      select w.conversation_id, w.name, w.stamp, w.content_type, w.value,
        to_timestamp(w.expires / 1000.0)
      from w where w.kind = 'k:'
      on conflict (conversation_id, key_hash) do update set
        stamp = excluded.stamp, content_type = excluded.content_type, value = excluded.value,
        expires_at = excluded.expires_at
      where excluded.stamp > k.stamp
      returning 1
    )
    select (select count(*) from stored_items) + (select count(*) from stored_entries)
      + (select count(*) from stored_keys) into stored;
    if stored = cardinality(p_stamps) then
      return;
    end if;
  end if;
  return query select j.* from nivel.judge_fields(p_conversations, p_fields, p_stamps,
    p_content_types, p_values, p_expires) j;
end $$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '10' where key = 'schema_version';
