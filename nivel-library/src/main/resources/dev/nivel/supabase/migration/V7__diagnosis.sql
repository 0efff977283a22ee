-- What nivel doctor wants to know of the database, the same over a connection and over REST: names and
-- values. What there may be several of has a row for each: what is amiss, mostly. It runs with the rights
-- of its caller, since those are looked at, and is not stable, since PostgREST makes stable ones read-only.
create function nivel.diagnose() returns table (name text, value text)
language sql set search_path = '' as $$
  with outsiders as (
    select 'public'::name as role
    union all select r.rolname from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated')
  ), relations as (
    select c.oid, c.relname, c.relkind from pg_catalog.pg_class c
    where c.relnamespace = 'nivel'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  ), tables as ( -- Flyway's own is its owner's alone, and holds nothing of a conversation
    select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_catalog.pg_class c
    where c.relnamespace = 'nivel'::regnamespace and c.relkind in ('r', 'p')
      and c.relname <> 'flyway_schema_history'
  ), functions as (
    select p.oid, p.proname from pg_catalog.pg_proc p where p.pronamespace = 'nivel'::regnamespace
  )
  select 'user', current_user::text
  union all select 'schema_version', nivel.schema_version()::text
  union all select 'server_version', current_setting('server_version')
  union all select 'clock_millis', nivel.millis(clock_timestamp())::text
  union all select 'is_in_recovery', pg_is_in_recovery()::text
  union all select 'is_read_only', (current_setting('transaction_read_only') = 'on')::text
  union all select 'connections_max', current_setting('max_connections')
  union all select 'connections', sum(d.numbackends)::text from pg_catalog.pg_stat_database d
  union all select 'tables', count(*)::text from tables t
  -- What the caller may not do, or not see for lack of a policy.
  union all select 'denied_function', f.proname::text from functions f
    where f.proname not in ('set_rights', 'make_rest_functions') and not has_function_privilege(f.oid, 'execute')
  union all select 'denied_table', t.relname::text from tables t
    where not (has_table_privilege(t.oid, 'select') and has_table_privilege(t.oid, 'insert')
      and has_table_privilege(t.oid, 'update') and has_table_privilege(t.oid, 'delete'))
  union all select 'denied_table', r.relname::text from relations r -- for people: views
    where r.relkind = 'v' and not has_table_privilege(r.oid, 'select')
  union all select 'hidden_table', t.relname::text from tables t
    where row_security_active(t.oid) and not exists (
      select from pg_catalog.pg_policy p cross join unnest(p.polroles) as r (id)
      where p.polrelid = t.oid and (r.id = 0 or pg_has_role(r.id, 'usage')))
  -- What everybody may do.
  union all select 'table_without_row_security', t.relname::text from tables t
    where not t.relrowsecurity
  union all select 'table_without_forced_row_security', t.relname::text from tables t
    where not t.relforcerowsecurity
  union all select 'open_schema', o.role::text from outsiders o
    where has_schema_privilege(o.role, 'nivel', 'usage, create')
  union all select 'open_table', r.relname || ' to ' || o.role from relations r cross join outsiders o
    where r.relkind <> 'S' and (
      has_table_privilege(o.role, r.oid, 'select, insert, update, delete, truncate, references, trigger'
        || case when current_setting('server_version_num')::integer >= 170000 then ', maintain' else '' end)
      or has_any_column_privilege(o.role, r.oid, 'select, insert, update, references'))
  union all select 'open_sequence', r.relname || ' to ' || o.role from relations r cross join outsiders o
    where case r.relkind when 'S' then has_sequence_privilege(o.role, r.oid, 'usage, select, update') end
  union all select 'open_function', f.proname || ' to ' || o.role from functions f cross join outsiders o
    where has_function_privilege(o.role, f.oid, 'execute')
$$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '7' where key = 'schema_version';
