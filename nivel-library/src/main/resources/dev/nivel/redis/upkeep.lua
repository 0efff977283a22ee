-- Stands after prelude.lua, before all scripts but write.lua, which must be fast.

local function is_unsynced(field)
  return redis.call('ZSCORE', UNSYNCED, conversation .. ' ' .. field)
end

local function is_idempotency_key(field)
  return string.sub(field, 1, 2) == 'k:'
end

local function read_head()
  return head_of(redis.call('HGET', HASH, 'h'))
end

local function mark_synced(head, field)
  if redis.call('ZREM', UNSYNCED, conversation .. ' ' .. field) == 1 and head.dirty > 0 then
    head.dirty = head.dirty - 1
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

