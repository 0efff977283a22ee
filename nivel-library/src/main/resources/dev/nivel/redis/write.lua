-- Writes fields that were just stamped, all or none, as unsynced.
-- ARGV: 6 condition ('' = none, '0' = no living entry, else the stamp of the living entry), then for
-- each field: its key, its envelope. An idempotency key comes first.
-- Returns {'OK', 1 if a living entry was replaced}, {'REFUSED', stamp to exceed},
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
local head = read_head()
local existed = 0
local last = head.last
local helds = {}

-- What is stored is never refused, so what follows it must not be either, however far ahead it is.
local function newest_stored(head)
  local newest = math.max(head.last, head.erased)
  for _, field in ipairs(redis.call('HKEYS', HASH)) do
    if field ~= 'h' and not is_item(field) then
      newest = math.max(newest, stamp_of(redis.call('HGET', HASH, field)))
    end
  end
  return newest
end

-- A write that is repeated may be compressed otherwise than before. The caller can tell whether what
-- is held has the same content.
local is_held, is_same = true, true
local same = {'SAME', '0'}
local exceed = 0
for i = FIRST, #ARGV, 2 do
  local field, envelope = ARGV[i], ARGV[i + 1]
  local held = redis.call('HGET', HASH, field)
  helds[i] = held
  is_held = is_held and held and stamp_of(held) == stamp_of(envelope)
  is_same = is_same and held == envelope
  same[#same + 1] = held
  exceed = math.max(exceed, stamp_of(envelope), is_item(field) and last or 0)
end
if is_held then
  same[2] = whole(exceed)
  return is_same and {'OK', 0} or same
end

if is_idempotency_key(ARGV[FIRST]) then
  local held = helds[FIRST]
  if head.generation ~= generation or (not held and head.complete == 0) then
    return {'UNKNOWN'}
  end
  if is_living(held) then
    return {'REPEATED', held}
  end
end

for i = FIRST, #ARGV, 2 do
  local field, envelope = ARGV[i], ARGV[i + 1]
  local stamp = stamp_of(envelope)
  local held = helds[i]
  if held ~= envelope then
    if stamp > stamp_max then
      stamp_max = math.max(stamp_max, newest_stored(head) + SECOND)
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
      local present = is_living(held) and stamp_of(held) or 0
      if condition ~= '' then
        if head.generation ~= generation or (not held and head.complete == 0) then
          return {'UNKNOWN'}
        end
        if present ~= tonumber(condition) then
          return {'CONDITION', whole(present)}
        end
      end
      if stamp <= stamp_of(held) then
        return {'REFUSED', whole(stamp_of(held))}
      end
      existed = present > 0 and 1 or existed
    end
  end
end

local values = {'h', ''}
local added = {}
local newest_field, newest_stamp
for i = FIRST, #ARGV, 2 do
  local field, envelope = ARGV[i], ARGV[i + 1]
  if helds[i] ~= envelope then
    if mark_unsynced(head, field) then
      added[#added + 1] = conversation .. ' ' .. field
    end
    count_item(head, field, helds[i], envelope)
    values[#values + 1] = field
    values[#values + 1] = envelope
    newest_field, newest_stamp = field, stamp_of(envelope)
  end
end
if newest_field then
  values[2] = head_text(head)
  local stored = redis.pcall('HSET', HASH, unpack(values))
  if type(stored) == 'table' and stored.err then -- the index must not name what is not there
    if #added > 0 then
      redis.call('ZREM', UNSYNCED, unpack(added))
    end
    return stored
  end
  redis.call('PERSIST', HASH)
  redis.call('DEL', TOKEN)
  publish(newest_field, newest_stamp)
end
return {'OK', existed}
