-- Marks fields as synced that the database has committed. A newer version that is held stays unsynced.
-- ARGV: 6 items_max, 7 bytes_max, then for each field: its key, the committed stamp.
-- Returns 'OK', {'OK', key, key, ...} if of these fields less is held than was committed, or a refusal.
local refused = refusal()
if refused then
  return refused
end

local reply = {'OK'}
local head = read_head()
for i = ARGUMENTS + 3, #ARGV, 2 do
  local field, stamp = ARGV[i], tonumber(ARGV[i + 1])
  local held = redis.call('HGET', HASH, field)
  if not held then
    mark_synced(head, field)
    if head.complete == 1 and stamp > head.erased
        and not (is_item(field) and stamp < head.items_from) then
      reply[#reply + 1] = field
    end
  elseif stamp_of(held) < stamp then
    reply[#reply + 1] = field
  elseif stamp_of(held) == stamp then
    mark_synced(head, field)
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
