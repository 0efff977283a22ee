-- Marks fields as synced that the database has committed: what agreed.lua has left to it. A newer
-- version that is held stays unsynced.
-- ARGV: 6 items_max, 7 bytes_max, then for each field: its key, the committed stamp.
-- Returns 'OK', {'OK', key, key, ...} if of these fields less is held than was committed, or a refusal.
local refused = refusal()
if refused then
  return refused
end

-- So many fields at a time that a command takes all of them: Lua hands on some 8,000 values at most.
local PORTION = 1000

local reply = {'OK'}
local head = read_head()
for first = ARGUMENTS + 3, #ARGV, 2 * PORTION do
  local fields, synced = {}, {}
  for i = first, math.min(first + 2 * PORTION, #ARGV) - 1, 2 do
    fields[#fields + 1] = ARGV[i]
  end
  local helds = redis.call('HMGET', HASH, unpack(fields))
  for i, field in ipairs(fields) do
    local stamp, held_stamp = tonumber(ARGV[first + 2 * i - 1]), stamp_of(helds[i])
    if not helds[i] then
      synced[#synced + 1] = conversation .. ' ' .. field
      if head.complete == 1 and stamp > head.erased
          and not (is_item(field) and stamp < head.items_from) then
        reply[#reply + 1] = field
      end
    elseif held_stamp < stamp then
      reply[#reply + 1] = field
    elseif held_stamp == stamp then
      synced[#synced + 1] = conversation .. ' ' .. field
    end
  end
  if #synced > 0 then
    head.dirty = math.max(0, head.dirty - redis.call('ZREM', UNSYNCED, unpack(synced)))
  end
end
-- Whoever fills may have read the database before this was committed, and what is settled now may be
-- trimmed or evicted before the filling, which would call the conversation complete without it.
withdraw_token()
if not head.is_new then
  trim(head, tonumber(ARGV[ARGUMENTS + 1]), tonumber(ARGV[ARGUMENTS + 2]))
  finish(head)
end
return #reply > 1 and reply or 'OK'
