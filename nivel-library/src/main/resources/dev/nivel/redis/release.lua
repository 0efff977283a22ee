-- Gives the right to fill back, if it is still the caller's.
-- ARGV: 1 token. Returns {'OK'}, or a refusal.
local function run()
  if token == ARGV[ARGUMENTS + 1] then
    withdraw_token()
  end
  return {'OK'}
end
