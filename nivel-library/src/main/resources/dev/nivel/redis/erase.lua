-- Removes everything that is not newer than the stamp, unsynced or not, and bars its return.
-- ARGV: 6 the stamp. Returns {'OK'}, or a refusal.
local refused = refusal()
if refused then
  return refused
end

local stamp = tonumber(ARGV[ARGUMENTS + 1])
local head = read_head()
for _, field in ipairs(redis.call('HKEYS', HASH)) do
  if field ~= 'h' then
    local held = redis.call('HGET', HASH, field)
    if stamp_of(held) <= stamp then
      mark_synced(head, field)
      remove(head, field, held)
    end
  end
end
head.erased = math.max(head.erased, stamp)
head.complete = 0
head.items_from = 0
redis.call('DEL', TOKEN)
finish(head)
publish('*', stamp)
return {'OK'}
