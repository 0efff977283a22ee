-- Pages of a log, bounded by bytes as well: 100 items may have hundreds of megabytes, which over REST
-- are made, sent, and thrown away there for being too much, or take longer than a function may. Nodes
-- of an older Nivel still call read_items_before and read_items_after.
--
-- The first item comes in any case, and those after it up to p_bytes_max. Further ones come without
-- their values.

-- The newest items before a stamp, the newest first.
create function nivel.read_page_before(
  p_conversation text, p_before bigint, p_limit bigint, p_bytes_max bigint)
returns table (stamp bigint, content_type text, value bytea)
language sql stable set search_path = '' as $$
  select i.stamp, i.content_type, case
    when row_number() over met = 1 or sum(octet_length(i.value)) over met <= p_bytes_max
    then i.value end
  from nivel.items i
  where i.conversation_id = p_conversation and i.stamp < p_before
  window met as (order by i.stamp desc rows unbounded preceding)
  order by i.stamp desc limit p_limit
$$;

-- The oldest items after a stamp, the oldest first.
create function nivel.read_page_after(
  p_conversation text, p_after bigint, p_limit bigint, p_bytes_max bigint)
returns table (stamp bigint, content_type text, value bytea)
language sql stable set search_path = '' as $$
  select i.stamp, i.content_type, case
    when row_number() over met = 1 or sum(octet_length(i.value)) over met <= p_bytes_max
    then i.value end
  from nivel.items i
  where i.conversation_id = p_conversation and i.stamp > p_after
  window met as (order by i.stamp rows unbounded preceding)
  order by i.stamp limit p_limit
$$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '16' where key = 'schema_version';
