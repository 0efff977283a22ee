-- What is asked often must not take longer the more is stored. The planner knows the arguments here, so
-- that it never takes a small page for a large part of the table. Stamps and times are converted in place:
-- a function with a search_path of its own is not inlined, and a call takes some 10 us.

-- Conversations that have been written, by prefix and in the order of their ids, which have 256 bytes at
-- most: none of a prefix comes behind it and 64 times the last character.
create or replace function nivel.activities(p_prefix text, p_after text, p_limit bigint)
returns table (conversation_id text, last_activity bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
#variable_conflict use_column
begin
  return query
  select c.conversation_id, (extract(epoch from c.last_activity) * 1000)::bigint
  from nivel.conversations c
  where c.conversation_id >= p_prefix and c.conversation_id <= p_prefix || repeat(chr(1114111), 64)
    and starts_with(c.conversation_id, p_prefix)
    and c.conversation_id > p_after and c.last_activity is not null
  order by c.conversation_id limit p_limit;
end $$;

-- For retention: of the next conversations by id, those that were last written before a time, and the last
-- one that was looked at, so that whoever goes on behind the last row comes to the end, where there is none.
create or replace function nivel.activities_before(p_before bigint, p_after text, p_limit bigint)
returns table (conversation_id text, last_activity bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
#variable_conflict use_column
begin
  return query
  with page as materialized (
    select c.conversation_id, (extract(epoch from c.last_activity) * 1000)::bigint as last_activity,
      row_number() over (order by c.conversation_id desc) = 1 as is_last
    from (
      select x.conversation_id, x.last_activity from nivel.conversations x
      where x.conversation_id > p_after and x.last_activity is not null
      order by x.conversation_id limit p_limit
    ) c
  )
  select p.conversation_id, p.last_activity from page p
  where p.is_last or p.last_activity < p_before
  order by p.conversation_id;
end $$;

-- Everything that a cache wants of conversations, as of one moment: c a conversation's erasure, e entries,
-- i the newest items within bounds and one more without its value if there are more, k idempotency keys.
create or replace function nivel.read_conversations(
  p_conversations text[], p_items_max bigint, p_item_bytes_max bigint, p_keys_max bigint)
returns table (kind text, conversation_id text, name text, stamp bigint, content_type text,
  value bytea, expires bigint)
language sql stable set search_path = '' as $$
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
    window newest as (order by i.stamp desc)
    order by i.stamp desc limit p_items_max + 1) as n
  union all
  select 'k', q.id, k.key_hash, k.stamp, k.content_type, k.value,
    (extract(epoch from k.expires_at) * 1000)::bigint
  from unnest(p_conversations) as q (id) cross join lateral (
    select * from nivel.idempotency i
    where i.conversation_id = q.id and i.expires_at > now()
    order by i.stamp desc limit p_keys_max) as k
$$;

-- Locks conversations in the order of their ids, creating what is missing. 1577836800000: 2020-01-01.
create or replace function nivel.lock_conversations(p_conversations text[], p_stamps bigint[]) returns void
language sql set search_path = '' as $$
  insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
  select w.conversation_id, to_timestamp(((min(w.stamp) >> 11) + 1577836800000) / 1000.0),
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
$$;

-- A node that has confirmed all erasures looks only for those that came later.
alter table nivel.nodes add column erasures_confirmed_to timestamptz;
comment on column nivel.nodes.erasures_confirmed_to is
  'the node has confirmed every erasure that was requested before; null = not known';
create index erasures_requested_at on nivel.erasures (requested_at);

-- The number of a node: its former one, else one that nobody ever had, else the one that is unused for
-- longest. No row if 64 nodes live, or another node took the same one at this moment.
create or replace function nivel.claim_node(p_identity text)
returns table (number integer, is_former_life_open boolean)
language sql set search_path = '' as $$
  with candidate as (
    select numbers.number,
      n.number is not null and n.left_at is null and n.retired_at is null as is_open
    from generate_series(0, 63) as numbers (number)
    left join nivel.nodes n on n.number = numbers.number
    where n.number is null or n.identity = p_identity or n.left_at is not null
      or n.heartbeat_at <= now() - interval '10 seconds'
    order by n.identity is not distinct from p_identity desc, n.heartbeat_at nulls first,
      numbers.number
    limit 1)
  insert into nivel.nodes as n (number, identity, mode)
    select c.number, p_identity, 'normal' from candidate c
  on conflict (number) do update set
    identity = excluded.identity, mode = excluded.mode, heartbeat_at = now(),
    left_at = null, retired_at = null, offered = null, epoch = 0,
    is_epoch_ending = false, confirmed = '{}', erasures_confirmed_to = null
  where n.identity = excluded.identity or n.left_at is not null
    or n.heartbeat_at <= now() - interval '10 seconds'
  returning n.number::integer, (select c.is_open from candidate c)
$$;

-- Says that a node lives, and how it is. Returns rows of three kinds: owner, if the number is still the
-- node's; node, for each that has neither left nor been retired; erasure, for each that the node has not
-- confirmed. An erasure is seen when it commits, ten minutes after its request at the latest (see erase).
create or replace function nivel.heartbeat(
  p_number integer, p_identity text, p_mode text, p_offered text, p_epoch bigint,
  p_is_epoch_ending boolean, p_confirmed bigint[])
returns table (kind text, node integer, silence_millis bigint, is_living boolean, offered text,
  epoch bigint, is_epoch_ending boolean, confirmed bigint[], erase_stamp bigint, conversation_id text)
language plpgsql set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  confirmed_to timestamptz;
begin
  perform pg_catalog.pg_advisory_xact_lock(hashtextextended('nivel.heartbeat', 0));
  update nivel.nodes n set heartbeat_at = clock_timestamp(), mode = p_mode, offered = p_offered,
    epoch = p_epoch, is_epoch_ending = p_is_epoch_ending,
    -- Who was silent may have sent this long ago, and have changed its ways since: it says so again.
    confirmed = case when clock_timestamp() - n.heartbeat_at > interval '3 seconds'
      then '{}' else p_confirmed end,
    left_at = null, retired_at = null
  where n.number = p_number and n.identity = p_identity
  returning n.erasures_confirmed_to into confirmed_to;
  if found then
    kind := 'owner';
    return next;
  end if;
  return query
    select 'node', n.number::integer,
      (extract(epoch from clock_timestamp() - n.heartbeat_at) * 1000)::bigint,
      n.heartbeat_at > clock_timestamp() - interval '10 seconds', coalesce(n.offered, ''),
      n.epoch, n.is_epoch_ending, n.confirmed, null::bigint, null::text
    from nivel.nodes n where n.left_at is null and n.retired_at is null;
  return query
    select 'erasure', null::integer, null::bigint, null::boolean, null::text, null::bigint,
      null::boolean, null::bigint[], e.stamp, e.conversation_id
    from nivel.erasures e
    where e.requested_at >= coalesce(confirmed_to, '-infinity')
      and not (p_number::smallint = any(e.confirmed)) order by e.stamp limit 1000;
  if not found and coalesce(confirmed_to, '-infinity') < now() - interval '11 minutes' then
    update nivel.nodes n set erasures_confirmed_to = now() - interval '10 minutes'
    where n.number = p_number and n.identity = p_identity;
  end if;
end $$;

-- Removes everything of a conversation that is not newer than the stamp, bars its return, and asks all
-- nodes to do the same. Returns false, and does nothing, if another erasure has this stamp. Has no effect,
-- and fails as canceled, if it takes over five minutes: nodes do not look for it for ever.
create or replace function nivel.erase(p_conversation text, p_stamp bigint) returns boolean
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
  if clock_timestamp() - now() > interval '5 minutes' then
    raise exception 'the erasure is late' using errcode = 'query_canceled';
  end if;
  return true;
end $$;

-- Ends erasures before purge does, those of retention, for which nobody asks, when all nodes have confirmed.
-- Then removes what is left of the conversations, their ids, if they were erased up to a time over 30 days
-- ago; and not before every write has ended that may have begun before the horizon was moved.
create or replace function nivel.purge_erased() returns void
language plpgsql set search_path = '' as $$
declare
  horizon bigint;
begin
  with done as (
    delete from nivel.erasures e
    where e.requested_at < now() - interval '167 hours'
      or e.stamp < (floor(extract(epoch from e.requested_at - interval '1 day') * 1000)::bigint
        - 1577836800000) << 11 and not exists (
        select from nivel.nodes n
        where n.left_at is null and not (n.number = any(e.confirmed)))
    returning e.conversation_id, e.stamp
  )
  insert into nivel.erased as x (conversation_id, erase_stamp)
    select d.conversation_id, max(d.stamp) from done d group by d.conversation_id
    on conflict (conversation_id) do update set
      erase_stamp = greatest(x.erase_stamp, excluded.erase_stamp), barred_at = null;
  with old as (
    update nivel.erased x set barred_at = now()
    where x.barred_at is null and x.erase_stamp <= nivel.stamp_of(now() - interval '30 days')
    returning x.erase_stamp
  ) select max(o.erase_stamp) into horizon from old o;
  if horizon is not null then
    insert into nivel.meta as m (key, value) values ('purge_horizon', horizon::text)
      on conflict (key) do update set
        value = greatest(m.value::bigint, excluded.value::bigint)::text;
  end if;
  with gone as (
    delete from nivel.erased x where x.conversation_id in (
      select b.conversation_id from nivel.erased b
      where b.barred_at < now() - interval '10 minutes' limit 10000)
    returning x.conversation_id, x.erase_stamp
  )
  delete from nivel.conversations c using gone g
    where c.conversation_id = g.conversation_id and c.erase_stamp <= g.erase_stamp
      and c.last_activity is null
      and not exists (select from nivel.items i where i.conversation_id = c.conversation_id)
      and not exists (select from nivel.entries e where e.conversation_id = c.conversation_id);
end $$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '9' where key = 'schema_version';
