-- Stands before prelude.lua in the script of a settlement, and does what most settlements are:
-- of all fields Redis holds just what was committed, and the conversation is within its bounds. As
-- put.lua it makes none of the functions that the rest needs; and it reads head and fields by one
-- command.
-- Whatever is in doubt is left to settle.lua, and nothing has been changed then.
-- Returns 'OK'.
local FIELDS_MAX = 1000 -- a command from Lua takes some 8,000 arguments

local function settle()
  if #ARGV < 9 or #ARGV > 7 + 2 * FIELDS_MAX then
    return nil
  end
  local call = redis.call
  local time = call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local known = call('MGET', KEYS[3], KEYS[4])
  if now > tonumber(ARGV[2]) or known[1] ~= ARGV[1] then
    return nil
  end

  local fields, members, before = {'h'}, {}, ARGV[3] .. ' '
  for i = 8, #ARGV, 2 do
    fields[#fields + 1] = ARGV[i]
    members[#members + 1] = before .. ARGV[i]
  end
  local helds = call('HMGET', KEYS[1], unpack(fields))
  local first, dirty, rest, items, bytes =
    string.match(helds[1] or '', '^(%d %d+) (%d+) (%d+ %S+ %d+ (%d+) (%d+))$')
  if not first or tonumber(items) > tonumber(ARGV[6]) or tonumber(bytes) > tonumber(ARGV[7]) then
    return nil
  end
  for i = 2, #fields do
    local held = helds[i]
    if not held or #held < 18 then
      return nil
    end
    local format, _, stamp = struct.unpack('>BBI8', held)
    if format ~= 1 or stamp ~= tonumber(ARGV[2 * i + 5]) then
      return nil
    end
  end

  local left = math.max(0, dirty - call('ZREM', KEYS[2], unpack(members)))
  call('HSET', KEYS[1], 'h', string.format('%s %d %s', first, left, rest))
  if left == 0 then
    call('PEXPIRE', KEYS[1], ARGV[5])
  else
    call('PERSIST', KEYS[1])
  end
  if known[2] then -- see settle.lua
    call('DEL', KEYS[4])
  end
  return 'OK'
end

local answer = settle()
if answer then
  return answer
end
