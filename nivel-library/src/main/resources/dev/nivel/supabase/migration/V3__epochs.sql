-- While a node can't reach Redis, all nodes write to the database first: an epoch. Who has an epoch, and
-- who has confirmed it, must be known to all, and in one order: of two heartbeats the later one sees what
-- the earlier one has reported.

comment on column nivel.nodes.epoch is
  'the present time in which the node can''t reach Redis; no two are equal; 0 = it reaches Redis';
alter table nivel.nodes add column is_epoch_ending boolean not null default false;
comment on column nivel.nodes.is_epoch_ending is
  'whether it reaches Redis again, and waits until nobody confirms its epoch any more';
alter table nivel.nodes add column confirmed bigint[] not null default '{}';
comment on column nivel.nodes.confirmed is
  'the epochs for which the node writes to the database first, having left nothing in Redis alone';

-- Says that a node lives, and how it is. Returns rows of three kinds: owner, if the number is still the
-- node's; node, for each that has neither left nor been retired; erasure, for each that the node has not
-- confirmed.
create function nivel.heartbeat(
  p_number integer, p_identity text, p_mode text, p_offered text, p_epoch bigint,
  p_is_epoch_ending boolean, p_confirmed bigint[])
returns table (kind text, node integer, silence_millis bigint, is_living boolean, offered text,
  epoch bigint, is_epoch_ending boolean, confirmed bigint[], erase_stamp bigint, conversation_id text)
language plpgsql set search_path = '' as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(hashtextextended('nivel.heartbeat', 0));
  update nivel.nodes n set heartbeat_at = clock_timestamp(), mode = p_mode, offered = p_offered,
    epoch = p_epoch, is_epoch_ending = p_is_epoch_ending,
    -- Who was silent may have sent this long ago, and have changed its ways since: it says so again.
    confirmed = case when clock_timestamp() - n.heartbeat_at > interval '3 seconds'
      then '{}' else p_confirmed end,
    left_at = null, retired_at = null
  where n.number = p_number and n.identity = p_identity;
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
    where not (p_number::smallint = any(e.confirmed)) order by e.stamp limit 1000;
end $$;

update nivel.meta set value = '3' where key = 'schema_version';
