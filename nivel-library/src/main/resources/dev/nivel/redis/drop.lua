-- Removes a field whose bytes are not what was stored, unless they are unsynced.
-- ARGV: 6 the field's key, 7 the bytes. Returns 'OK', or a refusal.
local refused = refusal()
if refused then
  return refused
end

local field = ARGV[ARGUMENTS + 1]
local held = redis.call('HGET', HASH, field)
if held == ARGV[ARGUMENTS + 2] and not is_unsynced(field) then
  local head = read_head()
  remove(head, field, held)
  head.complete = 0
  withdraw_token()
  finish(head)
end
return 'OK'
