-- Stands before prelude.lua in the script of a fill, and does what most fills are: all of a
-- conversation of which nothing is held. As put.lua it makes none of the functions that the rest
-- needs; and it stores all fields by one command. Whatever is in doubt is left to fill.lua, and
-- nothing has been changed then.
-- Returns 'FILLED'.
local FIELDS_MAX = 1000 -- a command from Lua takes some 8,000 arguments

local function fill()
  local call, erased = redis.call, tonumber(ARGV[9])
  if ARGV[7] ~= '1' or #ARGV < 13 or #ARGV > 11 + 2 * FIELDS_MAX then
    return nil
  end
  local time = call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local known = call('MGET', KEYS[3], KEYS[4])
  local there = call('EXISTS', KEYS[1], KEYS[2])
  if now > tonumber(ARGV[2]) or known[1] ~= ARGV[1] or known[2] ~= ARGV[6]
      or there == 2 or there == 1 and call('EXISTS', KEYS[1]) == 1 then
    return nil
  end
  local members = there == 1 and {} or nil -- of an index that is not there nothing is to be removed

  local last, items, bytes = 0, 0, 0
  for i = 12, #ARGV, 2 do
    local field, envelope = ARGV[i], ARGV[i + 1]
    if #envelope < 18 then
      return nil
    end
    local format, _, stamp = struct.unpack('>BBI8', envelope)
    if format ~= 1 or stamp <= erased or stamp > 9007199254740991 then
      return nil
    end
    if string.sub(field, 1, 2) == 'i:' then
      last = math.max(last, stamp)
      items = items + 1
      bytes = bytes + #envelope
    end
    if members then
      members[#members + 1] = ARGV[3] .. ' ' .. field
    end
  end
  if items > tonumber(ARGV[10]) or bytes > tonumber(ARGV[11]) then
    return nil
  end

  call('DEL', KEYS[4])
  call('HSET', KEYS[1], 'h', string.format('1 %d 0 %s %s %s %d %d', last, ARGV[9], ARGV[1], ARGV[8],
    items, bytes), unpack(ARGV, 12))
  if members then
    call('ZREM', KEYS[2], unpack(members)) -- of what is not held nothing is unsynced
  end
  call('PEXPIRE', KEYS[1], ARGV[5])
  return 'FILLED'
end

local answer = fill()
if answer then
  return answer
end
