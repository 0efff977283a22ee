-- Gives the right to fill back, if it is still the caller's.
-- ARGV: 6 token. Returns {'OK'}, or a refusal.
local refused = refusal()
if refused then
  return refused
end

if redis.call('GET', TOKEN) == ARGV[ARGUMENTS + 1] then
  redis.call('DEL', TOKEN)
end
return {'OK'}
