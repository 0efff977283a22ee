-- Stores what the database holds, where it is newer than what is held, if the token is still good.
-- ARGV: 6 token, 7 complete (0 or 1), 8 items_from, 9 erased, 10 items_max, 11 bytes_max, then for each
-- field: its key, its envelope.
-- Of a conversation of an older generation everything goes that the database does not confirm, but for
-- unsynced fields; only a complete filling can do that.
-- Returns 'FILLED', 'LEFT' if it was not, or a refusal.
local refused = refusal()
if refused then
  return refused
end
if token ~= ARGV[ARGUMENTS + 1] then
  return 'LEFT'
end
withdraw_token()

local complete = tonumber(ARGV[ARGUMENTS + 2])
local FIRST = ARGUMENTS + 7
local head = read_head()
if head.generation ~= generation and complete == 0 then
  return 'LEFT'
end

if head.generation ~= generation then
  local confirmed = {h = true}
  for i = FIRST, #ARGV, 2 do
    confirmed[ARGV[i]] = true
  end
  for _, field in ipairs(redis.call('HKEYS', HASH)) do
    if not confirmed[field] and not is_unsynced(field) then
      remove(head, field, redis.call('HGET', HASH, field))
    end
  end
  head.generation = generation
end

local erased = tonumber(ARGV[ARGUMENTS + 4])
if erased > head.erased then
  head.erased = erased
  remove_erased(head)
end
for i = FIRST, #ARGV, 2 do
  local field, envelope = ARGV[i], ARGV[i + 1]
  local held = redis.call('HGET', HASH, field)
  if stamp_of(envelope) > math.max(stamp_of(held), head.erased) then
    redis.call('HSET', HASH, field, envelope)
    mark_synced(head, field)
    count_item(head, field, held, envelope)
  end
end
if complete == 1 then
  head.complete = 1
  head.items_from = tonumber(ARGV[ARGUMENTS + 3])
end
trim(head, tonumber(ARGV[ARGUMENTS + 5]), tonumber(ARGV[ARGUMENTS + 6]))
finish(head)
return 'FILLED'
