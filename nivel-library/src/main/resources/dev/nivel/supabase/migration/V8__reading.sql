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

-- Removes what is left of erased conversations, their ids, after 30 days: what is as old as their erasure
-- must be barred then by the horizon. Such rows go in the turn after the horizon has passed them, so that
-- no write that has read it earlier is still on its way.
create function nivel.purge_erased() returns void
language plpgsql set search_path = '' as $$
declare
  horizon constant bigint := nivel.purge_horizon();
  oldest_kept constant bigint := nivel.stamp_of(now() - interval '30 days');
  next_horizon bigint;
begin
  with gone as (
    select c.conversation_id from nivel.conversations c
    where c.last_activity is null and c.erase_stamp between 1 and horizon
      and not exists (select from nivel.erasures e where e.conversation_id = c.conversation_id)
    limit 10000 for update skip locked
  )
  delete from nivel.conversations c using gone g where c.conversation_id = g.conversation_id;
  select max(c.erase_stamp) into next_horizon from nivel.conversations c
    where c.last_activity is null and c.erase_stamp between 1 and oldest_kept;
  if next_horizon > horizon then
    insert into nivel.meta as m (key, value) values ('purge_horizon', next_horizon::text)
      on conflict (key) do update set
        value = greatest(m.value::bigint, excluded.value::bigint)::text;
  end if;
end $$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '8' where key = 'schema_version';
