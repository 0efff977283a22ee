-- Who may do what. The tables are the business of their owner, of nivel_app, to whom connections can
-- belong that need no more, and of Supabase's service_role, to whom the secret keys belong. Everybody else
-- may not even see the schema: not public, not the roles of browsers, anon and authenticated.

-- A role without a password: "alter role nivel_app with login password '...'" makes it one to connect as.
do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'nivel_app') then
    create role nivel_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database of this server was faster
  when insufficient_privilege then
    raise notice 'nivel_app was not made, for this user must not make roles';
end $$;

revoke all on schema nivel from public;
revoke all on all tables in schema nivel from public;
revoke all on all functions in schema nivel from public;

-- Row-level security holds for the owner, too, and lets whoever has no policy see nothing, even if somebody
-- grants him something by mistake.
do $$
declare
  tables constant text[] := array['meta', 'conversations', 'entries', 'items', 'idempotency', 'quarantine',
    'stale_redis', 'nodes', 'erasures'];
  friend text;
  t text;
begin
  foreach t in array tables loop
    execute format('alter table nivel.%I enable row level security', t);
    execute format('alter table nivel.%I force row level security', t);
    execute format('create policy owner on nivel.%I to current_user using (true) with check (true)', t);
  end loop;
  for friend in select r.rolname from pg_catalog.pg_roles r
      where r.rolname in ('nivel_app', 'service_role') loop
    execute format('grant usage on schema nivel to %I', friend);
    execute format('grant execute on all functions in schema nivel to %I', friend);
    foreach t in array tables loop
      execute format('grant select, insert, update, delete on nivel.%I to %I', t, friend);
      execute format('create policy %I on nivel.%I to %I using (true) with check (true)', friend, t, friend);
    end loop;
  end loop;
  for friend in select r.rolname from pg_catalog.pg_roles r
      where r.rolname in ('anon', 'authenticated') loop
    execute format('revoke all on schema nivel from %I', friend);
    execute format('revoke all on all tables in schema nivel from %I', friend);
    execute format('revoke all on all functions in schema nivel from %I', friend);
  end loop;
end $$;

-- PostgREST does not see new functions before it is told.
notify pgrst, 'reload schema';

update nivel.meta set value = '6' where key = 'schema_version';
