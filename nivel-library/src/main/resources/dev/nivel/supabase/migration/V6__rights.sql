-- Who may do what. The tables are the business of their owner, of nivel_app, to whom connections can
-- belong that need no more, and of Supabase's service_role, to whom the secret keys belong. Everybody else
-- may not even see the schema: not public, not the roles of browsers, anon and authenticated.

-- A role without a password: "alter role nivel_app with login password '...'" makes it one to connect as.
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'nivel_app') then
    create role nivel_app nologin;
    alter role nivel_app set statement_timeout = '60s'; -- a pooler may keep Nivel from setting a shorter one
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database of this server was faster
  when insufficient_privilege then
    raise notice 'nivel_app was not made, for this user must not make roles';
end $$;

-- Gives everything of the schema its rights: each migration that makes something calls it, and so may the
-- owner after a role was made. Row-level security holds for the owner, too, and lets whoever has no policy
-- see nothing, even if somebody grants him something by mistake. Flyway's own table is its owner's alone.
create function nivel.set_rights() returns void
language plpgsql set search_path = '' as $$
declare
  t text;
  r text;
begin
  revoke all on schema nivel from public;
  revoke all on all tables in schema nivel from public;
  revoke all on all functions in schema nivel from public;
  for r in select a.rolname from pg_catalog.pg_roles a where a.rolname in ('anon', 'authenticated') loop
    execute format('revoke all on schema nivel from %I', r);
    execute format('revoke all on all tables in schema nivel from %I', r);
    execute format('revoke all on all functions in schema nivel from %I', r);
  end loop;
  for r in select a.rolname from pg_catalog.pg_roles a where a.rolname in ('nivel_app', 'service_role') loop
    execute format('grant usage on schema nivel to %I', r);
    execute format('grant execute on all functions in schema nivel to %I', r);
    execute format('revoke execute on function nivel.set_rights(), nivel.make_rest_functions() from %I', r);
  end loop;
  for t in select c.relname from pg_catalog.pg_class c where c.relnamespace = 'nivel'::regnamespace
      and c.relkind = 'r' and c.relname <> 'flyway_schema_history' loop
    execute format('alter table nivel.%I enable row level security', t);
    execute format('alter table nivel.%I force row level security', t);
    execute format('drop policy if exists owner on nivel.%I', t);
    execute format('create policy owner on nivel.%I to current_user using (true) with check (true)', t);
    for r in select a.rolname from pg_catalog.pg_roles a where a.rolname in ('nivel_app', 'service_role') loop
      execute format('grant select, insert, update, delete on nivel.%I to %I', t, r);
      execute format('drop policy if exists %I on nivel.%I', r, t);
      execute format('create policy %I on nivel.%I to %I using (true) with check (true)', r, t, r);
    end loop;
  end loop;
  for t in select c.relname from pg_catalog.pg_class c where c.relnamespace = 'nivel'::regnamespace
      and c.relkind = 'v' loop
    for r in select a.rolname from pg_catalog.pg_roles a where a.rolname in ('nivel_app', 'service_role') loop
      execute format('grant select on nivel.%I to %I', t, r);
    end loop;
  end loop;
end $$;

do $$ begin perform nivel.set_rights(); end $$;

-- PostgREST does not see new functions before it is told.
notify pgrst, 'reload schema';

update nivel.meta set value = '6' where key = 'schema_version';
