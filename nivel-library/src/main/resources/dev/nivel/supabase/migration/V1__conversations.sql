-- Nivel's schema, version 1.
-- A stamp is 42 bits of milliseconds since 2020-01-01, 5 bits of counter, 6 bits of node number.
-- Ids and names are compared byte by byte ("C"), so that every node locks rows in the same order.

create schema if not exists nivel;

create table nivel.meta (
  key text primary key,
  value text not null
);

create table nivel.conversations (
  conversation_id text collate "C" primary key,
  erase_stamp bigint not null default 0,
  first_activity timestamptz,
  last_activity timestamptz
);
comment on column nivel.conversations.erase_stamp is
  'what is not newer was erased and never comes back';
comment on column nivel.conversations.last_activity is
  'when it was last written, as the stamps say; null = erased and not written since';

create table nivel.entries (
  conversation_id text collate "C" not null,
  name text collate "C" not null,
  stamp bigint not null,
  content_type text,
  value bytea,
  expires_at timestamptz,
  deleted_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (conversation_id, name),
  constraint a_tombstone_has_no_value check ((value is null) = (deleted_at is not null)),
  constraint a_value_has_a_type check ((value is null) = (content_type is null))
);
create index entries_expiring on nivel.entries (expires_at)
  where expires_at is not null and value is not null;
create index entries_deleted on nivel.entries (deleted_at) where deleted_at is not null;

create table nivel.items (
  conversation_id text collate "C" not null,
  stamp bigint not null,
  content_type text not null,
  value bytea not null,
  updated_at timestamptz not null default now(),
  primary key (conversation_id, stamp)
);

create table nivel.idempotency (
  conversation_id text collate "C" not null,
  key_hash text collate "C" not null,
  stamp bigint not null,
  content_type text not null,
  value bytea not null,
  expires_at timestamptz not null,
  primary key (conversation_id, key_hash)
);
create index idempotency_expiring on nivel.idempotency (expires_at);
comment on column nivel.idempotency.value is
  'the SHA-256 of what was appended, then the ids of the items, 8 bytes each';

create table nivel.quarantine (
  id bigint generated always as identity primary key,
  conversation_id text collate "C" not null,
  field text collate "C" not null,
  stamp bigint not null,
  content_type text,
  value bytea,
  expires_at timestamptz,
  node smallint not null,
  reason text not null,
  quarantined_at timestamptz not null default now(),
  unique (conversation_id, field, stamp)
);

create table nivel.stale_redis (
  conversation_id text collate "C" not null,
  field text collate "C" not null,
  stamp bigint not null,
  noted_at timestamptz not null default now(),
  primary key (conversation_id, field)
);
comment on table nivel.stale_redis is
  'what was written past Redis; nodes that reach Redis tell it and remove the row';

create table nivel.nodes (
  number smallint primary key check (number between 0 and 63),
  identity text not null unique,
  mode text not null,
  epoch bigint not null default 0,
  heartbeat_at timestamptz not null default now(),
  left_at timestamptz,
  retired_at timestamptz
);
comment on column nivel.nodes.left_at is 'when it ended in order, having synced everything';
comment on column nivel.nodes.retired_at is
  'when others had synced everything that it left behind without ending in order';
comment on column nivel.nodes.epoch is 'counts the times that the node entered bypass';

create table nivel.erasures (
  stamp bigint primary key,
  conversation_id text collate "C" not null,
  requested_at timestamptz not null default now(),
  confirmed smallint[] not null default '{}'
);

-- Whoever writes past the functions below, say by hand, can't replace a newer version by an older one.
-- Emptying a row at its own stamp (expiry) is the one change that needs no newer stamp.
create function nivel.keep_newer() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.stamp > old.stamp or (new.stamp = old.stamp and new.value is null) then
    return new;
  end if;
  return null;
end $$;

create trigger keep_newer before update on nivel.entries
  for each row execute function nivel.keep_newer();

create function nivel.stamp_time(p_stamp bigint) returns timestamptz
language sql immutable set search_path = '' as $$
  select to_timestamp(((p_stamp >> 11) + 1577836800000) / 1000.0)
$$;

create function nivel.stamp_of(p_time timestamptz) returns bigint
language sql immutable set search_path = '' as $$
  select (floor(extract(epoch from p_time) * 1000)::bigint - 1577836800000) << 11
$$;

-- What is stored is never refused, so what follows it must not be either, however far ahead it is.
create function nivel.newest_stored(p_conversation text) returns bigint
language sql stable set search_path = '' as $$
  select greatest(
    (select c.erase_stamp from nivel.conversations c where c.conversation_id = p_conversation),
    (select max(e.stamp) from nivel.entries e where e.conversation_id = p_conversation),
    (select max(i.stamp) from nivel.items i where i.conversation_id = p_conversation),
    (select max(k.stamp) from nivel.idempotency k where k.conversation_id = p_conversation))
$$;

-- Up to which stamp tombstones may be gone.
create function nivel.purge_horizon() returns bigint
language sql stable set search_path = '' as $$
  select coalesce((select m.value::bigint from nivel.meta m where m.key = 'purge_horizon'), 0)
$$;

-- Locks conversations in the order of their ids, creating what is missing.
create function nivel.lock_conversations(p_conversations text[], p_stamps bigint[]) returns void
language sql set search_path = '' as $$
  insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
  select w.conversation_id, nivel.stamp_time(min(w.stamp)), nivel.stamp_time(max(w.stamp))
  from unnest(p_conversations, p_stamps) as w (conversation_id, stamp)
  group by w.conversation_id
  order by w.conversation_id collate "C"
  on conflict (conversation_id) do update set
    first_activity = coalesce(c.first_activity, excluded.first_activity),
    last_activity = case
      when nivel.stamp_time(c.erase_stamp) >= excluded.last_activity then c.last_activity
      else greatest(c.last_activity, excluded.last_activity) end
$$;

-- Write-behind. Stores each field that is newer than what is held and than its conversation's erasure.
-- Returns a row for each field that was not stored, but for those that are held already as they are.
-- p_fields: e:<name>, i:<stamp> or k:<hash of an idempotency key>, none twice. p_values: null in a tombstone.
-- p_expires: milliseconds since 1970, null = never.
create function nivel.write_fields(
  p_conversations text[], p_fields text[], p_stamps bigint[], p_content_types text[],
  p_values bytea[], p_expires bigint[])
returns table (ordinal integer, reason text, held_stamp bigint, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' as $$
declare
  horizon constant bigint := nivel.purge_horizon();
begin
  perform nivel.lock_conversations(p_conversations, p_stamps);
  return query
  with w as materialized (
    select u.ordinal::integer as ordinal, u.conversation_id, left(u.field, 2) as kind,
      substr(u.field, 3) as name, u.stamp, u.content_type, u.value, u.expires, c.erase_stamp
    from unnest(p_conversations, p_fields, p_stamps, p_content_types, p_values, p_expires)
      with ordinality as u (conversation_id, field, stamp, content_type, value, expires, ordinal)
    join nivel.conversations c on c.conversation_id = u.conversation_id
  ), held as materialized (
    select w.ordinal, e.stamp, e.content_type, e.value,
      (extract(epoch from e.expires_at) * 1000)::bigint as expires
    from w join nivel.entries e on e.conversation_id = w.conversation_id and e.name = w.name
    where w.kind = 'e:'
    union all
    select w.ordinal, i.stamp, i.content_type, i.value, null
    from w join nivel.items i on i.conversation_id = w.conversation_id and i.stamp = w.stamp
    where w.kind = 'i:'
    union all
    select w.ordinal, k.stamp, k.content_type, k.value,
      (extract(epoch from k.expires_at) * 1000)::bigint
    from w join nivel.idempotency k on k.conversation_id = w.conversation_id and k.key_hash = w.name
    where w.kind = 'k:'
  ), fit as materialized (
    select w.* from w left join held h on h.ordinal = w.ordinal
    where w.stamp > w.erase_stamp and w.stamp > coalesce(h.stamp, horizon)
  ), stored_entries as (
    insert into nivel.entries as e
      (conversation_id, name, stamp, content_type, value, expires_at, deleted_at)
    select f.conversation_id, f.name, f.stamp, f.content_type, f.value,
      to_timestamp(f.expires / 1000.0), case when f.value is null then now() end
    from fit f where f.kind = 'e:' order by f.conversation_id collate "C", f.name collate "C"
    on conflict (conversation_id, name) do update set
      stamp = excluded.stamp, content_type = excluded.content_type, value = excluded.value,
      expires_at = excluded.expires_at, deleted_at = excluded.deleted_at, updated_at = now()
    where excluded.stamp > e.stamp
  ), stored_items as (
    insert into nivel.items (conversation_id, stamp, content_type, value)
    select f.conversation_id, f.stamp, f.content_type, f.value
    from fit f where f.kind = 'i:' order by f.conversation_id collate "C", f.stamp
    on conflict do nothing
  ), stored_keys as (
    insert into nivel.idempotency as k
      (conversation_id, key_hash, stamp, content_type, value, expires_at)
    select f.conversation_id, f.name, f.stamp, f.content_type, f.value,
      to_timestamp(f.expires / 1000.0)
    from fit f where f.kind = 'k:' order by f.conversation_id collate "C", f.name collate "C"
    on conflict (conversation_id, key_hash) do update set
      stamp = excluded.stamp, content_type = excluded.content_type, value = excluded.value,
      expires_at = excluded.expires_at
    where excluded.stamp > k.stamp
  )
  select w.ordinal,
    case when w.stamp <= w.erase_stamp then 'ERASED'
      when h.stamp is null then 'TOO_OLD'
      when h.stamp = w.stamp and h.value is not null then 'CONFLICT'
      else 'NEWER' end,
    h.stamp, h.content_type, h.value, h.expires
  from w left join held h on h.ordinal = w.ordinal
  where not exists (select from fit f where f.ordinal = w.ordinal)
    and not (w.stamp > w.erase_stamp and h.stamp is not distinct from w.stamp
      and h.value is not distinct from w.value
      and h.content_type is not distinct from w.content_type);
end $$;

-- Write-through, for what Redis may not hold: all fields of one conversation or none, with a note for
-- Redis. p_fields: an entry, or items in ascending order, before them an idempotency key if they have
-- one. p_expected: null = no condition, 0 = no living entry, else the stamp of the living entry.
-- p_keep_stamps: the outcome of a write to Redis is unknown, so an item keeps its stamp even if it is
-- not the last, and is never too far ahead. Returns ACCEPTED, REFUSED (held: a stamp to exceed),
-- CONDITION (held: the present one), AHEAD (held: the newest stamp that is not too far ahead) or
-- REPEATED (held and the rest: what is stored of the key).
create function nivel.write_first(
  p_conversation text, p_fields text[], p_stamps bigint[], p_content_types text[],
  p_values bytea[], p_expires bigint[], p_expected bigint, p_keep_stamps boolean)
returns table (outcome text, held bigint, existed boolean, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' as $$
declare
  oldest constant bigint := (select min(s) from unnest(p_stamps) as u (s));
  has_key constant boolean := left(p_fields[1], 2) = 'k:';
  erased bigint;
  entry nivel.entries;
  is_living boolean;
  are_stored boolean;
  last_item bigint;
  newest constant bigint := p_stamps[cardinality(p_stamps)];
  stamp_max bigint := nivel.stamp_of(clock_timestamp() + interval '60 s');
  horizon constant bigint := nivel.purge_horizon();
begin
  if newest > stamp_max and not p_keep_stamps then
    stamp_max := greatest(stamp_max, nivel.newest_stored(p_conversation) + (1000 << 11));
    if newest > stamp_max then
      outcome := 'AHEAD'; held := stamp_max;
      return next; return;
    end if;
  end if;
  -- Locks the conversation; a write that is refused is no activity.
  insert into nivel.conversations as c (conversation_id) values (p_conversation)
    on conflict (conversation_id) do update set erase_stamp = c.erase_stamp
    returning c.erase_stamp into erased;
  if has_key then
    return query select 'REPEATED', k.stamp, false, k.content_type, k.value,
        (extract(epoch from k.expires_at) * 1000)::bigint
      from nivel.idempotency k
      where k.conversation_id = p_conversation and k.key_hash = substr(p_fields[1], 3)
        and k.expires_at > now();
    if found then
      return;
    end if;
  end if;
  if oldest <= greatest(erased, horizon) then
    outcome := 'REFUSED'; held := greatest(erased, horizon);
    return next; return;
  end if;
  if left(p_fields[1], 2) = 'e:' then
    select e.* into entry from nivel.entries e
      where e.conversation_id = p_conversation and e.name = substr(p_fields[1], 3);
    is_living := entry.value is not null
      and (entry.expires_at is null or entry.expires_at > now());
    if entry.stamp = p_stamps[1] and entry.value is not distinct from p_values[1]
        and entry.content_type is not distinct from p_content_types[1] then
      outcome := 'ACCEPTED';
      return next; return;
    end if;
    if p_expected is not null
        and p_expected <> (case when is_living then entry.stamp else 0 end) then
      outcome := 'CONDITION'; held := case when is_living then entry.stamp else 0 end;
      return next; return;
    end if;
    if entry.stamp >= p_stamps[1] then
      outcome := 'REFUSED'; held := entry.stamp;
      return next; return;
    end if;
  else
    are_stored := not exists (
        select from unnest(p_fields, p_stamps, p_values) as u (field, stamp, value)
        where left(u.field, 2) = 'i:'
          and not exists (select from nivel.items i where i.conversation_id = p_conversation
            and i.stamp = u.stamp and i.value = u.value));
    if are_stored and not has_key then
      outcome := 'ACCEPTED';
      return next; return;
    end if;
    select max(i.stamp) into last_item from nivel.items i
      where i.conversation_id = p_conversation;
    if not are_stored and ((last_item >= oldest and not p_keep_stamps) or exists (
        select from unnest(p_fields, p_stamps, p_values) as u (field, stamp, value)
        join nivel.items i on i.conversation_id = p_conversation and i.stamp = u.stamp
        where left(u.field, 2) = 'i:' and i.value <> u.value)) then
      outcome := 'REFUSED'; held := last_item;
      return next; return;
    end if;
  end if;
  perform nivel.write_fields(array_fill(p_conversation, array[cardinality(p_stamps)]),
    p_fields, p_stamps, p_content_types, p_values, p_expires);
  insert into nivel.stale_redis as s (conversation_id, field, stamp)
    select p_conversation, u.field, u.stamp from unnest(p_fields, p_stamps) as u (field, stamp)
    order by u.field collate "C"
    on conflict (conversation_id, field) do update set
      stamp = greatest(s.stamp, excluded.stamp), noted_at = now();
  outcome := 'ACCEPTED'; existed := coalesce(is_living, false);
  return next;
end $$;

-- Forgets notes for Redis, unless they were renewed since. Locks them in the order in which
-- write_first does.
create function nivel.told_redis(p_conversations text[], p_fields text[], p_stamps bigint[])
returns void
language sql set search_path = '' as $$
  with told as (
    select s.conversation_id, s.field
    from unnest(p_conversations, p_fields, p_stamps) as u (conversation_id, field, stamp)
    join nivel.stale_redis s on s.conversation_id = u.conversation_id and s.field = u.field
    where s.stamp <= u.stamp
    order by s.conversation_id collate "C", s.field collate "C"
    for update of s
  )
  delete from nivel.stale_redis s using told t
  where s.conversation_id = t.conversation_id and s.field = t.field
$$;

-- Removes everything of a conversation that is not newer than the stamp, bars its return, and asks all
-- nodes to do the same. Returns false, and does nothing, if another erasure has this stamp.
create function nivel.erase(p_conversation text, p_stamp bigint) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into nivel.erasures (stamp, conversation_id) values (p_stamp, p_conversation)
    on conflict do nothing;
  if not exists (select from nivel.erasures e
      where e.stamp = p_stamp and e.conversation_id = p_conversation) then
    return false;
  end if;
  insert into nivel.conversations as c (conversation_id, erase_stamp) values (p_conversation, p_stamp)
    on conflict (conversation_id) do update set
      erase_stamp = greatest(c.erase_stamp, excluded.erase_stamp),
      first_activity = case when c.last_activity > nivel.stamp_time(p_stamp)
        then c.first_activity end,
      last_activity = case when c.last_activity > nivel.stamp_time(p_stamp)
        then c.last_activity end;
  delete from nivel.entries e where e.conversation_id = p_conversation and e.stamp <= p_stamp;
  delete from nivel.items i where i.conversation_id = p_conversation and i.stamp <= p_stamp;
  delete from nivel.stale_redis s where s.conversation_id = p_conversation and s.stamp <= p_stamp;
  delete from nivel.quarantine q where q.conversation_id = p_conversation and q.stamp <= p_stamp;
  delete from nivel.idempotency k where k.conversation_id = p_conversation and k.stamp <= p_stamp;
  return true;
end $$;

-- Empties what has expired, removes tombstones of more than seven days, and remembers up to which stamp
-- they are gone: a write that old can no longer be told from one that was deleted.
create function nivel.purge() returns void
language plpgsql set search_path = '' as $$
declare
  horizon bigint;
begin
  -- What a writer holds at this moment is left to the next turn, so that nobody waits for this.
  with expired as (
    select e.conversation_id, e.name from nivel.entries e
    where e.expires_at < now() and e.value is not null limit 10000 for update skip locked
  )
  update nivel.entries e set value = null, content_type = null, deleted_at = e.expires_at
    from expired x where e.conversation_id = x.conversation_id and e.name = x.name;
  with old as (
    select e.conversation_id, e.name from nivel.entries e
    where e.deleted_at < now() - interval '7 days'
      and nivel.stamp_time(e.stamp) < now() - interval '7 days' limit 10000 for update skip locked
  ), gone as (
    delete from nivel.entries e using old o
    where e.conversation_id = o.conversation_id and e.name = o.name
    returning e.stamp
  ) select max(stamp) into horizon from gone;
  if horizon is not null then
    insert into nivel.meta as m (key, value) values ('purge_horizon', horizon::text)
      on conflict (key) do update set
        value = greatest(m.value::bigint, excluded.value::bigint)::text;
  end if;
  delete from nivel.idempotency where expires_at < now();
  delete from nivel.stale_redis s where s.field like 'i:%' and not exists (
    select from nivel.items i
    where i.conversation_id = s.conversation_id and 'i:' || i.stamp = s.field);
  delete from nivel.stale_redis s where s.field like 'k:%' and not exists (
    select from nivel.idempotency k
    where k.conversation_id = s.conversation_id and 'k:' || k.key_hash = s.field);
  delete from nivel.erasures where requested_at < now() - interval '7 days';
  delete from nivel.nodes where heartbeat_at < now() - interval '7 days';
end $$;

insert into nivel.meta (key, value) values ('schema_version', '1');
