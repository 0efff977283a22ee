-- Gives the right to fill back, if it is still the caller's.
-- ARGV: 6 token. Returns 'OK', or a refusal.
local refused = refusal()
if refused then
  return refused
end

if token == ARGV[ARGUMENTS + 1] then
  withdraw_token()
end
return 'OK'
