-- Stores fields where they are newer than what is held, and settles what is held at the same stamp.
-- ARGV: 6 whether they are unsynced (0 or 1), then for each field: its key, its envelope.
-- Returns 'OK', or a refusal.
local refused = refusal()
if refused then
  return refused
end

local unsynced = ARGV[ARGUMENTS + 1] == '1'
local head = read_head()
for i = ARGUMENTS + 2, #ARGV, 2 do
  local field, envelope = ARGV[i], ARGV[i + 1]
  local stamp = stamp_of(envelope)
  local held = redis.call('HGET', HASH, field)
  if stamp > stamp_of(held) and stamp > head.erased then
    if unsynced then
      mark_unsynced(head, field)
    else
      mark_synced(head, field)
    end
    redis.call('HSET', HASH, field, envelope)
    count_item(head, field, held, envelope)
    publish(field, stamp)
  elseif stamp == stamp_of(held) and not unsynced then
    mark_synced(head, field)
    publish(field, stamp) -- a fill may have brought it, of which nobody has heard
  end
end
withdraw_token()
finish(head)
return 'OK'
