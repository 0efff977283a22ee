-- Dictionaries that values in Redis are compressed against. Nothing here is needed to read what the other
-- tables hold: values are stored uncompressed in them.

create table nivel.dictionaries (
  scope text collate "C" not null,
  id bigint not null,
  content bytea not null,
  kept_at timestamptz not null default clock_timestamp(),
  primary key (scope, id)
);
comment on column nivel.dictionaries.scope is 'who shares it; never two tenants with encryption';
comment on column nivel.dictionaries.id is
  'the first four bytes of the SHA-256 of scope, a zero byte and content';

create function nivel.dictionary_ids(p_scope text) returns table (id bigint)
language sql stable set search_path = '' as $$
  select d.id from nivel.dictionaries d where d.scope = p_scope order by d.kept_at, d.id
$$;

create function nivel.read_dictionary(p_scope text, p_id bigint) returns table (content bytea)
language sql stable set search_path = '' as $$
  select d.content from nivel.dictionaries d where d.scope = p_scope and d.id = p_id
$$;

-- Keeps one, unless there are 64 of the scope or another one of the id, and says whether it is kept now.
-- Forgets what is over a week old and has sixteen newer ones.
create function nivel.keep_dictionary(p_scope text, p_id bigint, p_contents bytea[]) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('nivel.dictionaries ' || p_scope, 0));
  delete from nivel.dictionaries d
    where d.scope = p_scope and d.kept_at < now() - interval '7 days' and d.id not in (
      select n.id from nivel.dictionaries n where n.scope = p_scope
      order by n.kept_at desc, n.id desc limit 16);
  insert into nivel.dictionaries (scope, id, content)
    select p_scope, p_id, p_contents[1]
    where (select count(*) from nivel.dictionaries d where d.scope = p_scope) < 64
    on conflict do nothing;
  return exists (select from nivel.dictionaries d
    where d.scope = p_scope and d.id = p_id and d.content = p_contents[1]);
end $$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '11' where key = 'schema_version';
