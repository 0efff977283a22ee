-- All that Nivel asks of the database is a function, so that it is the same over a connection and over
-- REST. See the end of this file for how REST calls them.

create function nivel.schema_version() returns integer
language sql stable set search_path = '' as $$
  select m.value::integer from nivel.meta m where m.key = 'schema_version'
$$;

create function nivel.millis(p_time timestamptz) returns bigint
language sql immutable set search_path = '' as $$
  select (extract(epoch from p_time) * 1000)::bigint
$$;

create function nivel.read_entry(p_conversation text, p_name text)
returns table (stamp bigint, content_type text, value bytea, expires bigint)
language sql stable set search_path = '' as $$
  select e.stamp, e.content_type, e.value, nivel.millis(e.expires_at)
  from nivel.entries e where e.conversation_id = p_conversation and e.name = p_name
$$;

-- Everything that a cache wants of conversations, as of one moment: c a conversation's erasure, e entries,
-- i the newest items within bounds and one more without its value if there are more, k idempotency keys.
create function nivel.read_conversations(
  p_conversations text[], p_items_max bigint, p_item_bytes_max bigint, p_keys_max bigint)
returns table (kind text, conversation_id text, name text, stamp bigint, content_type text,
  value bytea, expires bigint)
language sql stable set search_path = '' as $$
  select 'c', c.conversation_id, null, c.erase_stamp, null, null::bytea, null::bigint
  from nivel.conversations c where c.conversation_id = any(p_conversations)
  union all
  select 'e', e.conversation_id, e.name, e.stamp, e.content_type, e.value, nivel.millis(e.expires_at)
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
  select 'k', q.id, k.key_hash, k.stamp, k.content_type, k.value, nivel.millis(k.expires_at)
  from unnest(p_conversations) as q (id) cross join lateral (
    select * from nivel.idempotency i
    where i.conversation_id = q.id and i.expires_at > now()
    order by i.stamp desc limit p_keys_max) as k
$$;

-- The newest items before a stamp, the newest first.
create function nivel.read_items_before(p_conversation text, p_before bigint, p_limit bigint)
returns table (stamp bigint, content_type text, value bytea)
language sql stable set search_path = '' as $$
  select i.stamp, i.content_type, i.value from nivel.items i
  where i.conversation_id = p_conversation and i.stamp < p_before
  order by i.stamp desc limit p_limit
$$;

-- The oldest items after a stamp, the oldest first.
create function nivel.read_items_after(p_conversation text, p_after bigint, p_limit bigint)
returns table (stamp bigint, content_type text, value bytea)
language sql stable set search_path = '' as $$
  select i.stamp, i.content_type, i.value from nivel.items i
  where i.conversation_id = p_conversation and i.stamp > p_after
  order by i.stamp limit p_limit
$$;

-- Conversations that have been written, by prefix and in the order of their ids.
create function nivel.activities(p_prefix text, p_after text, p_limit bigint)
returns table (conversation_id text, last_activity bigint)
language sql stable set search_path = '' as $$
  select c.conversation_id, nivel.millis(c.last_activity) from nivel.conversations c
  where c.conversation_id >= p_prefix and starts_with(c.conversation_id, p_prefix)
    and c.conversation_id > p_after and c.last_activity is not null
  order by c.conversation_id limit p_limit
$$;

-- What was written past Redis and Redis has not been told, the oldest note first, as it is stored now: up
-- to p_limit, and up to 8 MiB, but one in any case.
create function nivel.stale_in_redis(p_limit bigint)
returns table (conversation_id text, field text, stamp bigint, content_type text, value bytea,
  expires bigint)
language sql stable set search_path = '' as $$
  with oldest as materialized (
    select s.conversation_id, s.field, coalesce(e.stamp, i.stamp, k.stamp, s.stamp) as stamp,
      coalesce(e.content_type, i.content_type, k.content_type) as content_type,
      coalesce(e.value, i.value, k.value) as value,
      nivel.millis(coalesce(e.expires_at, k.expires_at)) as expires, s.noted_at
    from nivel.stale_redis s
    left join nivel.entries e
      on e.conversation_id = s.conversation_id and 'e:' || e.name = s.field
    left join nivel.items i
      on i.conversation_id = s.conversation_id and 'i:' || i.stamp = s.field
    left join nivel.idempotency k
      on k.conversation_id = s.conversation_id and 'k:' || k.key_hash = s.field
    where (s.field not like 'i:%' or i.stamp is not null)
      and (s.field not like 'k:%' or k.stamp is not null)
    order by s.noted_at limit p_limit
  ), counted as (
    select o.*, row_number() over by_age as position,
      coalesce(sum(octet_length(o.value)) over by_age, 0) as bytes
    from oldest o window by_age as (order by o.noted_at, o.conversation_id, o.field)
  )
  select c.conversation_id, c.field, c.stamp, c.content_type, c.value, c.expires
  from counted c where c.position = 1 or c.bytes <= 8 << 20
  order by c.position
$$;

-- Keeps fields apart that can't be stored, unless their conversations were erased since. Locks the
-- conversations, so that an erasure comes before or sees what is kept.
create function nivel.quarantine_fields(
  p_conversations text[], p_fields text[], p_stamps bigint[], p_content_types text[],
  p_values bytea[], p_expires bigint[], p_node bigint, p_reason text)
returns void
language sql set search_path = '' as $$
  with locked as (
    insert into nivel.conversations as c (conversation_id)
    select distinct u.conversation_id from unnest(p_conversations) as u (conversation_id)
    order by u.conversation_id
    on conflict (conversation_id) do update set erase_stamp = c.erase_stamp
    returning c.conversation_id, c.erase_stamp
  )
  insert into nivel.quarantine
    (conversation_id, field, stamp, content_type, value, expires_at, node, reason)
  select u.conversation_id, u.field, u.stamp, u.content_type, u.value,
    to_timestamp(u.expires / 1000.0), p_node::smallint, p_reason
  from unnest(p_conversations, p_fields, p_stamps, p_content_types, p_values, p_expires)
    as u (conversation_id, field, stamp, content_type, value, expires)
  join locked l on l.conversation_id = u.conversation_id
  where u.stamp > l.erase_stamp
  on conflict (conversation_id, field, stamp) do update set reason = excluded.reason
$$;

create function nivel.quarantined(p_after bigint, p_limit bigint)
returns table (id bigint, conversation_id text, field text, stamp bigint, bytes integer,
  content_type text, node integer, reason text, since bigint)
language sql stable set search_path = '' as $$
  select q.id, q.conversation_id, q.field, q.stamp, coalesce(octet_length(q.value), 0),
    q.content_type, q.node, q.reason, nivel.millis(q.quarantined_at)
  from nivel.quarantine q where q.id > p_after order by q.id limit p_limit
$$;

create function nivel.quarantined_fields(p_ids bigint[])
returns table (id bigint, conversation_id text, field text, stamp bigint, content_type text,
  value bytea, expires bigint)
language sql stable set search_path = '' as $$
  select q.id, q.conversation_id, q.field, q.stamp, q.content_type, q.value,
    nivel.millis(q.expires_at)
  from nivel.quarantine q where q.id = any(p_ids)
$$;

-- Locks the rows in the order of their ids, so that two callers can't deadlock. Returns those it removed.
create function nivel.drop_quarantined(p_ids bigint[])
returns table (id bigint, conversation_id text, field text, stamp bigint, bytes integer,
  content_type text, node integer, reason text, since bigint)
language sql set search_path = '' as $$
  with doomed as (
    select q.id from nivel.quarantine q where q.id = any(p_ids) order by q.id for update
  )
  delete from nivel.quarantine q using doomed d where q.id = d.id
  returning q.id, q.conversation_id, q.field, q.stamp, coalesce(octet_length(q.value), 0),
    q.content_type, q.node, q.reason, nivel.millis(q.quarantined_at)
$$;

-- The number of a node: its former one, else one that nobody ever had, else the one that is unused for
-- longest. No row if 64 nodes live, or another node took the same one at this moment.
create function nivel.claim_node(p_identity text)
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
    is_epoch_ending = false, confirmed = '{}'
  where n.identity = excluded.identity or n.left_at is not null
    or n.heartbeat_at <= now() - interval '10 seconds'
  returning n.number::integer, (select c.is_open from candidate c)
$$;

-- A heartbeat, with what this database's clock shows: milliseconds since 1970.
create function nivel.beat(
  p_number bigint, p_identity text, p_mode text, p_offered text, p_epoch bigint,
  p_is_epoch_ending boolean, p_confirmed bigint[])
returns table (kind text, node integer, silence_millis bigint, is_living boolean, offered text,
  epoch bigint, is_epoch_ending boolean, confirmed bigint[], erase_stamp bigint,
  conversation_id text, clock_millis bigint)
language sql set search_path = '' as $$
  select h.*, nivel.millis(clock_timestamp())
  from nivel.heartbeat(p_number::integer, p_identity, p_mode, p_offered, p_epoch, p_is_epoch_ending,
    p_confirmed) as h
$$;

create function nivel.leave_node(p_number bigint, p_identity text) returns void
language sql set search_path = '' as $$
  update nivel.nodes n set left_at = now()
  where n.number = p_number and n.identity = p_identity
$$;

create function nivel.retire_nodes(p_numbers bigint[], p_silence_millis bigint) returns void
language sql set search_path = '' as $$
  update nivel.nodes n set retired_at = now()
  where n.number = any(p_numbers) and n.left_at is null and n.retired_at is null
    and n.heartbeat_at < now() - p_silence_millis * interval '1 millisecond'
$$;

create function nivel.confirm_erasure(p_stamp bigint, p_number bigint) returns void
language sql set search_path = '' as $$
  update nivel.erasures e set confirmed = e.confirmed || p_number::smallint
  where e.stamp = p_stamp and not (p_number::smallint = any(e.confirmed))
$$;

-- An erasure, and which nodes have not confirmed it, but for those that left in order.
create function nivel.erasure_state(p_stamp bigint)
returns table (conversation_id text, unconfirmed bigint[])
language sql stable set search_path = '' as $$
  select e.conversation_id, array(
    select n.number::bigint from nivel.nodes n
    where not (n.number = any(e.confirmed)) and n.left_at is null order by n.number)
  from nivel.erasures e where e.stamp = p_stamp
$$;

-- REST calls rest_<name> in place of a function: it returns the rows as one value, an array of objects in
-- JSON, with bytes as \x and hexadecimal digits. Rows as such would be cut off in silence, at 1,000 as
-- Supabase is set up, even if they are what a write answers. A call gives up before its
-- client does: PostgREST takes the function's statement_timeout for the statement's, from 12.2 on. Each migration that makes a function calls this.
create function nivel.make_rest_functions() returns void
language plpgsql set search_path = '' as $$
declare
  f record;
begin
  for f in
    select p.proname, p.proretset, pg_get_function_identity_arguments(p.oid) as arguments,
      case p.provolatile when 'v' then 'volatile' else 'stable' end as volatility,
      (select coalesce(string_agg(quote_ident(a.name), ', ' order by a.position), '')
        from unnest(p.proargnames[:p.pronargs]) with ordinality as a (name, position)) as names
    from pg_catalog.pg_proc p
    where p.pronamespace = 'nivel'::regnamespace and p.prorettype <> 'trigger'::regtype
      and not starts_with(p.proname, 'rest_')
      and p.proname not in ('make_rest_functions', 'set_rights')
  loop
    execute format('drop function if exists nivel.%I(%s)', 'rest_' || f.proname, f.arguments);
    execute format('create function nivel.%I(%s) returns json language sql %s'
        ' set search_path = '''' set lock_timeout = ''4s'' set statement_timeout = ''4s'''
        ' as $f$ select coalesce(json_agg(r), ''[]'') from (select * from nivel.%I(%s) as f%s) as r $f$',
      'rest_' || f.proname, f.arguments, f.volatility, f.proname, f.names,
      case when f.proretset then '' else format(' (%I)', f.proname) end);
  end loop;
end $$;

do $$ begin perform nivel.make_rest_functions(); end $$;

update nivel.meta set value = '5' where key = 'schema_version';
