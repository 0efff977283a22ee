-- Starts a generation of a bucket, unless somebody else has.
-- KEYS: 1 the generation. ARGV: 1 the one that the caller saw ('' = none), 2 the new one.
-- Returns the one that holds now.
local present = redis.call('GET', KEYS[1]) or ''
if present ~= ARGV[1] then
  return present
end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
