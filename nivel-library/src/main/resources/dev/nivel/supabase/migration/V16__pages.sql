-- Pages of a log, bounded by bytes as well: 100 items may have hundreds of megabytes, which over REST
-- are made, sent, and thrown away there for being too much, or take longer than a function may. Nodes
-- of an older Nivel still call read_items_before and read_items_after.
--
-- The first item comes in any case, and those after it up to p_bytes_max. The next one, if there is one
-- within the limit, comes without its value, so that the reader knows that there are more.

-- The newest items before a stamp, the newest first.
create function nivel.read_page_before(
  p_conversation text, p_before bigint, p_limit bigint, p_bytes_max bigint)
returns table (stamp bigint, content_type text, value bytea)
language sql stable set search_path = '' as $$
  select n.stamp, n.content_type,
    case when n.position = 1 or n.bytes <= p_bytes_max then n.value end
  from (
    select i.stamp, i.content_type, i.value, row_number() over met as position,
      sum(octet_length(i.value)) over met as bytes
    from (
      select x.stamp, x.content_type, x.value from nivel.items x
      where x.conversation_id = p_conversation and x.stamp < p_before
      order by x.stamp desc limit p_limit) as i
    window met as (order by i.stamp desc rows unbounded preceding)) as n
  where n.position <= 2 or n.bytes - octet_length(n.value) <= p_bytes_max
  order by n.stamp desc
$$;

-- The oldest items after a stamp, the oldest first.
create function nivel.read_page_after(
  p_conversation text, p_after bigint, p_limit bigint, p_bytes_max bigint)
returns table (stamp bigint, content_type text, value bytea)
language sql stable set search_path = '' as $$
  select n.stamp, n.content_type,
    case when n.position = 1 or n.bytes <= p_bytes_max then n.value end
  from (
    select i.stamp, i.content_type, i.value, row_number() over met as position,
      sum(octet_length(i.value)) over met as bytes
    from (
      select x.stamp, x.content_type, x.value from nivel.items x
      where x.conversation_id = p_conversation and x.stamp > p_after
      order by x.stamp limit p_limit) as i
    window met as (order by i.stamp rows unbounded preceding)) as n
  where n.position <= 2 or n.bytes - octet_length(n.value) <= p_bytes_max
  order by n.stamp
$$;

do $$ begin
  perform nivel.make_rest_functions();
  perform nivel.set_rights();
end $$;

notify pgrst, 'reload schema';

update nivel.meta set value = '16' where key = 'schema_version';
