-- A write past Redis that a frozen or busy database carries out late is undone: its caller has been told
-- long ago that its outcome is unknown, and may have repeated it where this database does not judge.

-- The same as write_first, unless it ends after p_until: milliseconds since 1970 by this database's clock;
-- null = it may take as long as it likes. Then it has no effect, and fails as canceled (57014).
create function nivel.write_first_until(
  p_conversation text, p_fields text[], p_stamps bigint[], p_content_types text[],
  p_values bytea[], p_expires bigint[], p_expected bigint, p_keep_stamps boolean, p_until bigint)
returns table (outcome text, held bigint, existed boolean, held_content_type text,
  held_value bytea, held_expires bigint)
language plpgsql set search_path = '' as $$
begin
  return query select * from nivel.write_first(p_conversation, p_fields, p_stamps, p_content_types,
    p_values, p_expires, p_expected, p_keep_stamps);
  if extract(epoch from clock_timestamp()) * 1000 > p_until then
    raise exception 'the write is late' using errcode = 'query_canceled';
  end if;
end $$;

update nivel.meta set value = '4' where key = 'schema_version';
