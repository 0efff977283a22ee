-- Stands before every script of Nivel. A script sees one conversation and its bucket:
-- KEYS: 1 the conversation's hash, 2 the index of the bucket's unsynced fields, 3 the generation of the
-- bucket, 4 the conversation's fill token.
-- ARGV: 1 the generation that the caller knows, 2 the caller's deadline in Redis's time (milliseconds
-- since 1970), 3 the conversation as in its key, 4 the caller's node number, 5 the time to live of a
-- settled conversation in milliseconds, then the script's own.
-- Numbers go out through whole(): Lua prints a stamp as 9.00e+15. Scripts do not roll back, so each
-- validates first and writes after.

local HASH, UNSYNCED, GENERATION, TOKEN = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local generation, conversation, node, ttl = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local ARGUMENTS = 5
local EPOCH_MILLIS = 1577836800000
local AHEAD_MILLIS_MAX = 60000
local FORMAT = 1
local STAMP_MAX = 9007199254740991

local function whole(n)
  return string.format('%.0f', n)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Why the script must not run, or nil. A caller that has given up must not have an effect later; a
-- caller that knows another generation must learn of this one first.
local function refusal()
  if now > tonumber(ARGV[2]) then
    return {'LATE', whole(now)}
  end
  local present = redis.call('GET', GENERATION)
  if present ~= generation then
    return {'GENERATION', present or ''}
  end
  return nil
end

-- The envelope begins: format version, codec (0 = tombstone), stamp, expiry (8 bytes each).
local function number_at(envelope, first)
  local a, b, c, d, e, f, g, h = string.byte(envelope, first, first + 7)
  return ((((((a * 256 + b) * 256 + c) * 256 + d) * 256 + e) * 256 + f) * 256 + g) * 256 + h
end

-- 0 for what is no envelope: anything is newer than that.
local function stamp_of(envelope)
  if not envelope or #envelope < 18 or string.byte(envelope, 1) ~= FORMAT then
    return 0
  end
  local stamp = number_at(envelope, 3)
  return stamp <= STAMP_MAX and stamp or 0
end

local function is_living(envelope)
  if stamp_of(envelope) == 0 or string.byte(envelope, 2) == 0 then
    return false
  end
  local expiry = number_at(envelope, 11)
  return expiry == 0 or expiry > now
end

local function is_item(field)
  return string.sub(field, 1, 2) == 'i:'
end

local function is_idempotency_key(field)
  return string.sub(field, 1, 2) == 'k:'
end

-- The head: what is known of the conversation as a whole. complete: what is not here is nowhere (of
-- items: from items_from on). last: the newest item. dirty: how many fields are unsynced. erased: what
-- is not newer was erased. generation: when it was last compared with the database. items and bytes:
-- how many items are here and how large they are.
local function is_unsynced(field)
  return redis.call('ZSCORE', UNSYNCED, conversation .. ' ' .. field)
end

-- The head of a conversation whose head is damaged: what the fields tell, to be compared with the
-- database before it is believed.
local function rebuilt_head()
  local head = {complete = 0, last = 0, dirty = 0, erased = 0, generation = 'rebuilt',
    items_from = 0, items = 0, bytes = 0}
  for _, field in ipairs(redis.call('HKEYS', HASH)) do
    if is_unsynced(field) then
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

local function read_head()
  local text = redis.call('HGET', HASH, 'h')
  if not text then
    return {is_new = true, complete = 0, last = 0, dirty = 0, erased = 0, generation = generation,
      items_from = 0, items = 0, bytes = 0}
  end
  local complete, last, dirty, erased, of, from, items, bytes =
    string.match(text, '^(%d) (%d+) (%d+) (%d+) (%S+) (%d+) (%d+) (%d+)$')
  if not complete then
    return rebuilt_head()
  end
  return {complete = tonumber(complete), last = tonumber(last), dirty = tonumber(dirty),
    erased = tonumber(erased), generation = of, items_from = tonumber(from),
    items = tonumber(items), bytes = tonumber(bytes)}
end

local function head_text(head)
  return table.concat({head.complete, whole(head.last), head.dirty, whole(head.erased),
    head.generation, whole(head.items_from), head.items, head.bytes}, ' ')
end

-- Returns whether it was synced before.
local function mark_unsynced(head, field)
  local is_added =
    redis.call('ZADD', UNSYNCED, 'NX', whole(now), conversation .. ' ' .. field) == 1
  if is_added then
    head.dirty = head.dirty + 1
  end
  return is_added
end

local function mark_synced(head, field)
  if redis.call('ZREM', UNSYNCED, conversation .. ' ' .. field) == 1 and head.dirty > 0 then
    head.dirty = head.dirty - 1
  end
end

local function count_item(head, field, held, envelope)
  if is_item(field) then
    head.bytes = head.bytes + #envelope - (held and #held or 0)
    head.items = head.items + (held and 0 or 1)
    head.last = math.max(head.last, stamp_of(envelope))
  end
end

-- Removes a field that the database has. Whoever does so decides about the complete mark.
local function remove(head, field, held)
  redis.call('HDEL', HASH, field)
  if is_item(field) then
    head.items = math.max(0, head.items - 1)
    head.bytes = math.max(0, head.bytes - #held)
  end
end

-- Removes everything that is not newer than the erasure, unsynced or not.
local function remove_erased(head)
  for _, field in ipairs(redis.call('HKEYS', HASH)) do
    local held = field ~= 'h' and redis.call('HGET', HASH, field)
    if held and stamp_of(held) <= head.erased then
      mark_synced(head, field)
      remove(head, field, held)
    end
  end
end

-- Keeps the newest items only, and no unsynced one is removed: if one is met, older ones stay too.
-- Idempotency keys stay until they have expired: a complete conversation has all that count.
local function trim(head, items_max, bytes_max)
  if head.items <= items_max and head.bytes <= bytes_max then
    return
  end
  local stamps = {}
  for _, field in ipairs(redis.call('HKEYS', HASH)) do
    if is_item(field) then
      stamps[#stamps + 1] = tonumber(string.sub(field, 3))
    elseif is_idempotency_key(field) and not is_living(redis.call('HGET', HASH, field))
        and not is_unsynced(field) then
      redis.call('HDEL', HASH, field)
    end
  end
  table.sort(stamps)
  for i = 1, #stamps - 1 do
    local field = 'i:' .. whole(stamps[i])
    if (head.items <= items_max and head.bytes <= bytes_max) or is_unsynced(field) then
      return
    end
    remove(head, field, redis.call('HGET', HASH, field))
    head.items_from = math.max(head.items_from, stamps[i + 1])
  end
end

-- Writes the head, and lets the conversation expire only if all of it is synced: one time to live
-- covers the whole hash.
local function finish(head)
  redis.call('HSET', HASH, 'h', head_text(head))
  if head.dirty == 0 then
    redis.call('PEXPIRE', HASH, ttl)
  else
    redis.call('PERSIST', HASH)
  end
end

local function publish(field, stamp)
  redis.call('PUBLISH', 'nivel:changes',
    node .. '\n' .. conversation .. '\n' .. whole(stamp) .. '\n' .. field)
end
