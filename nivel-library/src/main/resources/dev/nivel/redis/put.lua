-- Stands before prelude.lua in the script of a write, and does what most writes are: one entry or item,
-- newer than all that it must exceed, without a condition. It makes none of the functions that the rest
-- needs and answers by one word, which Redis sends together with the answers before and after it; each
-- list goes out by itself. Whatever is in doubt is left to write.lua, and nothing has been changed then.
-- Returns 'STORED', 'REPLACED' (a living entry), or the error of a Redis that can't store.
local function put()
  local field, envelope = ARGV[7], ARGV[8]
  if #ARGV ~= 8 or ARGV[6] ~= '' or #envelope < 18 then
    return nil
  end
  local call = redis.call
  local time = call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local known = call('MGET', KEYS[3], KEYS[4])
  if now > tonumber(ARGV[2]) or known[1] ~= ARGV[1] then
    return nil
  end

  local helds = call('HMGET', KEYS[1], 'h', field)
  local head, held = helds[1], helds[2]
  local last, dirty, erased =
    string.match(head or '', '^%d (%d+) (%d+) (%d+) %S+ %d+ %d+ %d+$')
  local stamp = struct.unpack('>I8', envelope, 3)
  if not last or stamp <= tonumber(erased)
      or stamp > (now + 60000 - 1577836800000) * 2048 then
    return nil
  end
  local kind = string.sub(field, 1, 2)
  local answer = 'STORED'
  if kind == 'i:' then
    if held or stamp <= tonumber(last) then
      return nil
    end
  elseif kind ~= 'e:' then
    return nil
  elseif held then
    if #held < 18 then
      return nil
    end
    local format, codec, held_stamp, expiry = struct.unpack('>BBI8I8', held)
    if format ~= 1 or stamp <= held_stamp then
      return nil
    end
    if codec ~= 0 and (expiry == 0 or expiry > now) then
      answer = 'REPLACED'
    end
  end

  local text = string.format('%d', stamp)
  local member = ARGV[3] .. ' ' .. field
  local added = call('ZADD', KEYS[2], 'NX', now, member)
  local stored
  if kind == 'i:' then
    local complete, from, items, bytes =
      string.match(head, '^(%d) %d+ %d+ %d+ (%S+ %d+) (%d+) (%d+)$')
    head = complete .. ' ' .. text .. ' ' .. dirty + added .. ' ' .. erased .. ' ' .. from .. ' '
      .. items + 1 .. ' ' .. bytes + #envelope
    stored = redis.pcall('HSET', KEYS[1], field, envelope, 'h', head)
  elseif added == 1 then
    local before, after = string.match(head, '^(%d %d+) %d+ (.+)$')
    stored = redis.pcall('HSET', KEYS[1], field, envelope, 'h',
      before .. ' ' .. dirty + 1 .. ' ' .. after)
  else
    stored = redis.pcall('HSET', KEYS[1], field, envelope)
  end
  if type(stored) == 'table' then -- the index must not name what is not there
    if added == 1 then
      call('ZREM', KEYS[2], member)
    end
    return stored
  end
  if dirty == '0' then
    call('PERSIST', KEYS[1])
  end
  if known[2] then
    call('DEL', KEYS[4])
  end
  call('PUBLISH', 'nivel:changes', ARGV[4] .. '\n' .. ARGV[3] .. '\n' .. text .. '\n' .. field)
  return answer
end

local answer = put()
if answer then
  return answer
end
