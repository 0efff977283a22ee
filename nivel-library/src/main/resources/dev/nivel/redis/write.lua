-- Writes fields that were just stamped, all or none, as unsynced: what put.lua has left to it.
-- ARGV: 6 condition ('' = none, '0' = no living entry, else the stamp of the living entry), then for
-- each field: its key, its envelope. An idempotency key comes first.
-- Returns 'STORED', or 'REPLACED' if a living entry was replaced, {'REFUSED', stamp to exceed},
-- {'AHEAD', newest stamp that is not too far ahead}, {'CONDITION', stamp of the living entry or 0},
-- {'REPEATED', envelope of the key}, {'UNKNOWN'}, a refusal, or, if all fields are held under their
-- stamps but in other bytes, {'SAME', stamp to exceed, envelope, ...}.
local refused = refusal()
if refused then
  return refused
end

local condition = ARGV[ARGUMENTS + 1]
local FIRST = ARGUMENTS + 2
local SECOND = 1000 * 2048
local stamp_max = (now + AHEAD_MILLIS_MAX - EPOCH_MILLIS) * 2048
local fields = {'h'}
for i = FIRST, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
end
-- The head first, then what is held of each field.
local helds = redis.call('HMGET', HASH, unpack(fields))
local head = head_of(helds[1])
local existed = 0
local last = head.last
local stamps = {}
local held_stamps = {}

-- A write that is repeated may be compressed otherwise than before. The caller can tell whether what
-- is held has the same content.
local is_held, is_same = true, true
local exceed = 0
for n = 2, #fields do
  local envelope, held = ARGV[FIRST + 2 * n - 3], helds[n]
  local stamp, held_stamp = stamp_of(envelope), stamp_of(held)
  stamps[n], held_stamps[n] = stamp, held_stamp
  is_held = is_held and held and held_stamp == stamp
  is_same = is_same and held == envelope
  exceed = math.max(exceed, stamp, is_item(fields[n]) and last or 0)
end
if is_held and is_same then
  return 'STORED'
end
if is_held then
  return {'SAME', whole(exceed), unpack(helds, 2, #fields)}
end

if string.sub(fields[2], 1, 2) == 'k:' then
  local held = helds[2]
  if head.generation ~= generation or (not held and head.complete == 0) then
    return {'UNKNOWN'}
  end
  if is_living(held) then
    return {'REPEATED', held}
  end
end

for n = 2, #fields do
  local field, stamp, held = fields[n], stamps[n], helds[n]
  if held ~= ARGV[FIRST + 2 * n - 3] then
    if stamp > stamp_max then -- what follows a stored one must not be refused, however far ahead
      local newest = math.max(head.last, head.erased)
      for _, other in ipairs(redis.call('HKEYS', HASH)) do
        if other ~= 'h' and not is_item(other) then
          newest = math.max(newest, stamp_of(redis.call('HGET', HASH, other)))
        end
      end
      stamp_max = math.max(stamp_max, newest + SECOND)
    end
    if stamp > stamp_max then
      return {'AHEAD', whole(stamp_max)}
    end
    if stamp <= head.erased then
      return {'REFUSED', whole(head.erased)}
    end
    if is_item(field) then
      if stamp <= last then
        return {'REFUSED', whole(head.last)}
      end
      last = stamp
    else
      local present = is_living(held) and held_stamps[n] or 0
      if condition ~= '' then
        if head.generation ~= generation or (not held and head.complete == 0) then
          return {'UNKNOWN'}
        end
        if present ~= tonumber(condition) then
          return {'CONDITION', whole(present)}
        end
      end
      if stamp <= held_stamps[n] then
        return {'REFUSED', whole(held_stamps[n])}
      end
      existed = present > 0 and 1 or existed
    end
  end
end

-- A conversation that has unsynced fields has no time to live (finish).
local may_expire = head.dirty < 1
local values = {}
local added = {}
local newest
for n = 2, #fields do
  local field, envelope = fields[n], ARGV[FIRST + 2 * n - 3]
  if helds[n] ~= envelope then
    if mark_unsynced(head, field) then
      added[#added + 1] = conversation .. ' ' .. field
    end
    count_item(head, field, helds[n], envelope)
    values[#values + 1] = field
    values[#values + 1] = envelope
    newest = n
  end
end
if newest then
  if head.is_changed then
    values[#values + 1] = 'h'
    values[#values + 1] = head_text(head)
  end
  local stored = redis.pcall('HSET', HASH, unpack(values))
  if type(stored) == 'table' and stored.err then -- the index must not name what is not there
    if #added > 0 then
      redis.call('ZREM', UNSYNCED, unpack(added))
    end
    return stored
  end
  if may_expire then
    redis.call('PERSIST', HASH)
  end
  withdraw_token()
  publish(fields[newest], stamps[newest])
end
return existed == 1 and 'REPLACED' or 'STORED'
