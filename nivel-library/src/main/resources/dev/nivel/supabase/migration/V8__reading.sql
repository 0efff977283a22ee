-- For people: views that a table editor shows, with values as text where they are text. They show what
-- whoever looks may see of the tables.

create function nivel.text_of(p_value bytea) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return convert_from(p_value, 'UTF8');
exception
  when character_not_in_repertoire or untranslatable_character then return null; -- no text
end $$;

create view nivel.conversations_readable with (security_invoker = true) as
  select c.conversation_id, c.first_activity, c.last_activity,
    (select count(*) from nivel.items i where i.conversation_id = c.conversation_id) as items,
    (select count(*) from nivel.entries e where e.conversation_id = c.conversation_id
      and e.value is not null and (e.expires_at is null or e.expires_at > now())) as entries,
    case when c.erase_stamp > 0 then nivel.stamp_time(c.erase_stamp) end as erased_up_to
  from nivel.conversations c
  where c.last_activity is not null or c.erase_stamp > 0;
comment on view nivel.conversations_readable is 'a row for each conversation';

create view nivel.items_readable with (security_invoker = true) as
  select i.conversation_id, i.stamp as item_id, nivel.stamp_time(i.stamp) as written_at, i.content_type,
    nivel.text_of(i.value) as text, octet_length(i.value) as bytes, i.updated_at as stored_at
  from nivel.items i;
comment on view nivel.items_readable is 'a row for each turn; no text = its bytes are none';

create view nivel.entries_readable with (security_invoker = true) as
  select e.conversation_id, e.name, e.stamp as version, nivel.stamp_time(e.stamp) as written_at,
    e.content_type, nivel.text_of(e.value) as text, octet_length(e.value) as bytes, e.expires_at,
    e.updated_at as stored_at
  from nivel.entries e
  where e.value is not null and (e.expires_at is null or e.expires_at > now());
comment on view nivel.entries_readable is 'a row for each entry that has a value now';

-- For retention: of the next conversations by id, those that were last written before a time, and the last
-- one that was looked at, so that whoever goes on behind the last row comes to the end, where there is none.
create function nivel.activities_before(p_before bigint, p_after text, p_limit bigint)
returns table (conversation_id text, last_activity bigint)
language sql stable set search_path = '' as $$
  with page as materialized (
    select c.conversation_id, c.last_activity,
      row_number() over (order by c.conversation_id desc) = 1 as is_last
    from (
      select x.conversation_id, x.last_activity from nivel.conversations x
      where x.conversation_id > p_after and x.last_activity is not null
      order by x.conversation_id limit p_limit
    ) c
  )
  select p.conversation_id, nivel.millis(p.last_activity) from page p
  where p.is_last or nivel.millis(p.last_activity) < p_before
  order by p.conversation_id
$$;

-- A conversation that is written in the millisecond of its erasure, after it, is active all the same.
create or replace function nivel.lock_conversations(p_conversations text[], p_stamps bigint[]) returns void
language sql set search_path = '' as $$
  insert into nivel.conversations as c (conversation_id, first_activity, last_activity)
  select w.conversation_id, nivel.stamp_time(min(w.stamp)), nivel.stamp_time(max(w.stamp))
  from unnest(p_conversations, p_stamps) as w (conversation_id, stamp)
  group by w.conversation_id
  order by w.conversation_id collate "C"
  on conflict (conversation_id) do update set
    first_activity = coalesce(c.first_activity, excluded.first_activity),
    last_activity = case
      when nivel.stamp_time(c.erase_stamp) > excluded.last_activity then c.last_activity
      else greatest(c.last_activity, excluded.last_activity) end
$$;

-- Conversations whose erasure is over, so that their ids can be forgotten, too.
create table nivel.erased (
  conversation_id text collate "C" primary key,
  erase_stamp bigint not null,
  barred_at timestamptz
);
comment on column nivel.erased.barred_at is
  'when the horizon has passed the erasure: what is as old is barred without its row';
insert into nivel.erased (conversation_id, erase_stamp)
  select c.conversation_id, c.erase_stamp from nivel.conversations c
  where c.last_activity is null and c.erase_stamp > 0;

-- Ends erasures before purge does, those of retention, for which nobody asks, when all nodes have confirmed.
-- Then removes what is left of the conversations, their ids, if they were erased up to a time over 30 days
-- ago; and not before every write has ended that may have begun before the horizon was moved.
create function nivel.purge_erased() returns void
language plpgsql set search_path = '' as $$
declare
  horizon bigint;
begin
  with done as (
    delete from nivel.erasures e
    where e.requested_at < now() - interval '167 hours'
      or e.stamp < nivel.stamp_of(e.requested_at - interval '1 day') and not exists (
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

update nivel.meta set value = '8' where key = 'schema_version';
