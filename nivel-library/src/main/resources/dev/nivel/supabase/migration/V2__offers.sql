-- Notes for Redis what was committed while it could not be told, so that another node tells it, but for
-- what was erased since. Locks notes in the order in which write_first does.
create function nivel.note_for_redis(p_conversations text[], p_fields text[], p_stamps bigint[])
returns void
language sql set search_path = '' as $$
  insert into nivel.stale_redis as s (conversation_id, field, stamp)
    select u.conversation_id, u.field, max(u.stamp)
    from unnest(p_conversations, p_fields, p_stamps) as u (conversation_id, field, stamp)
    join nivel.conversations c
      on c.conversation_id = u.conversation_id and u.stamp > c.erase_stamp
    group by u.conversation_id, u.field
    order by u.conversation_id collate "C", u.field collate "C"
    on conflict (conversation_id, field) do update set
      stamp = greatest(s.stamp, excluded.stamp), noted_at = now()
$$;

-- Notes are told oldest first, of which there are many after a long outage.
create index stale_redis_noted_at on nivel.stale_redis (noted_at);

-- After Redis has lost its data, nodes offer it again what is unsynced. Whose offer is missing must be
-- known to all: until then their answers may lack what that node has acknowledged.

alter table nivel.nodes add column offered text;
comment on column nivel.nodes.offered is
  'to which generation of Redis''s data it has offered what it had not synced; * = it has nothing';

update nivel.meta set value = '2' where key = 'schema_version';
