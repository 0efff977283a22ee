-- Removes everything that is not newer than the stamp, unsynced or not, and bars its return.
-- ARGV: 6 the stamp. Returns 'OK', or a refusal.
local refused = refusal()
if refused then
  return refused
end

local stamp = tonumber(ARGV[ARGUMENTS + 1])
local head = read_head()
head.erased = math.max(head.erased, stamp)
remove_erased(head)
head.complete = 0
head.items_from = 0
withdraw_token()
finish(head)
publish('*', stamp)
return 'OK'
