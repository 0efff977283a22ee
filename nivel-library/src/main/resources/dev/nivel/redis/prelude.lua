-- Stands before every script of Nivel, in most with upkeep.lua after it, in write.lua after put.lua,
-- in fill.lua after fresh.lua, in settle.lua after agreed.lua: every function costs the script that
-- makes it. A script sees one conversation and its bucket:
-- KEYS: 1 the conversation's hash, 2 the index of the bucket's unsynced fields, 3 the generation of the
-- bucket, 4 the conversation's fill token.
-- ARGV: 1 the generation that the caller knows, 2 the caller's deadline in Redis's time (milliseconds
-- since 1970), 3 the conversation as in its key, 4 the caller's node number, 5 the time to live of a
-- settled conversation in milliseconds, then the script's own.
-- An answer of one word is a string: Redis sends it together with those before and after it, but each
-- list by itself, which costs as much as half a script.
-- Numbers go out through whole(): Lua prints a stamp as 9.00e+15; %d is a long, and much cheaper than
-- %.0f. Scripts do not roll back, so each validates first and writes after.

local HASH, UNSYNCED, GENERATION, TOKEN = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local generation, conversation, node, ttl = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local ARGUMENTS = 5
local EPOCH_MILLIS = 1577836800000
local AHEAD_MILLIS_MAX = 60000
local FORMAT = 1
local STAMP_MAX = 9007199254740991

local function whole(n)
  return string.format('%d', n)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Who may fill the conversation, or false; known once refusal() has been asked.
local token

-- Why the script must not run, or nil. A caller that has given up must not have an effect later; a
-- caller that knows another generation must learn of this one first.
local function refusal()
  if now > tonumber(ARGV[2]) then
    return {'LATE', whole(now)}
  end
  local known = redis.call('MGET', GENERATION, TOKEN)
  local present = known[1]
  token = known[2]
  if present ~= generation then
    return {'GENERATION', present or ''}
  end
  return nil
end

-- Withdraws the right to fill the conversation.
local function withdraw_token()
  if token then
    redis.call('DEL', TOKEN)
  end
end

-- The envelope begins: format version, codec (0 = tombstone), stamp, expiry (8 bytes each). Returns
-- stamp, codec and expiry; the stamp of what is no envelope is 0: anything is newer than that.
local function opened(envelope)
  if not envelope or #envelope < 18 then
    return 0, 0, 0
  end
  local format, codec, stamp, expiry = struct.unpack('>BBI8I8', envelope)
  if format ~= FORMAT or stamp > STAMP_MAX then
    return 0, 0, 0
  end
  return stamp, codec, expiry
end

local function stamp_of(envelope)
  return (opened(envelope))
end

local function is_living(envelope)
  local stamp, codec, expiry = opened(envelope)
  return stamp > 0 and codec ~= 0 and (expiry == 0 or expiry > now)
end

local function is_item(field)
  return string.sub(field, 1, 2) == 'i:'
end

-- The head: what is known of the conversation as a whole. complete: what is not here is nowhere (of
-- items: from items_from on). last: the newest item. dirty: how many fields are unsynced. erased: what
-- is not newer was erased. generation: when it was last compared with the database. items and bytes:
-- how many items are here and how large they are.
-- is_changed: whether it must be written. Of a conversation whose head is damaged: what the fields
-- tell, to be compared with the database before it is believed.
local function head_of(text)
  local complete, last, dirty, erased, of, from, items, bytes =
    string.match(text or '', '^(%d) (%d+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+)$')
  if complete then
    return {complete = tonumber(complete), last = tonumber(last), dirty = tonumber(dirty),
      erased = tonumber(erased), generation = of, items_from = tonumber(from),
      items = tonumber(items), bytes = tonumber(bytes)}
  end
  local head = {is_new = not text, is_changed = true, complete = 0, last = 0, dirty = 0, erased = 0,
    generation = text and 'rebuilt' or generation, items_from = 0, items = 0, bytes = 0}
  for _, field in ipairs(text and redis.call('HKEYS', HASH) or {}) do
    if redis.call('ZSCORE', UNSYNCED, conversation .. ' ' .. field) then
      head.dirty = head.dirty + 1
    end
    if is_item(field) then
      local held = redis.call('HGET', HASH, field)
      head.items = head.items + 1
      head.bytes = head.bytes + #held
      head.last = math.max(head.last, stamp_of(held))
    end
  end
  return head
end

local function head_text(head)
  return string.format('%d %d %d %d %s %d %d %d', head.complete, head.last, head.dirty, head.erased,
    head.generation, head.items_from, head.items, head.bytes)
end

-- Returns whether it was synced before.
local function mark_unsynced(head, field)
  local is_added =
    redis.call('ZADD', UNSYNCED, 'NX', now, conversation .. ' ' .. field) == 1
  if is_added then
    head.dirty = head.dirty + 1
    head.is_changed = true
  end
  return is_added
end

local function count_item(head, field, held, envelope)
  if is_item(field) then
    head.bytes = head.bytes + #envelope - (held and #held or 0)
    head.items = head.items + (held and 0 or 1)
    head.last = math.max(head.last, stamp_of(envelope))
    head.is_changed = true
  end
end

local function publish(field, stamp)
  redis.call('PUBLISH', 'nivel:changes',
    node .. '\n' .. conversation .. '\n' .. whole(stamp) .. '\n' .. field)
end
