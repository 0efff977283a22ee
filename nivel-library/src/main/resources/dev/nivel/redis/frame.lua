
-- Stands at the end of every script: runs the calls of the batch in their order. Each is judged and
-- answered by itself; the error of one is its own answer.
local KEYS_OF_A_CALL = 4
local ARGUMENTS_OF_ALL = 6

local guards = {}
for i = 3, #KEYS, KEYS_OF_A_CALL do
  guards[#guards + 1] = KEYS[i]
  guards[#guards + 1] = KEYS[i + 1]
end
guards = redis.call('MGET', unpack(guards))

-- Why the call must not run, or what it answers. A caller that has given up must not have an effect
-- later; a caller that knows another generation must learn of this one first.
local function answer(call, deadline)
  if now > deadline then
    return {'LATE', whole(now)}
  end
  local present = guards[2 * call - 1]
  if present ~= generation then
    return {'GENERATION', present or ''}
  end
  token = not withdrawn[TOKEN] and guards[2 * call]
  return run()
end

-- One text is much cheaper for Redis to send than lists in a list.
local answers = {}
local function add(reply)
  answers[#answers + 1] = #reply .. ':'
  for _, part in ipairs(reply) do
    answers[#answers + 1] = #part .. ':'
    answers[#answers + 1] = part
  end
end

for call = 1, #KEYS / KEYS_OF_A_CALL do
  local key = KEYS_OF_A_CALL * call
  HASH, UNSYNCED, GENERATION, TOKEN = KEYS[key - 3], KEYS[key - 2], KEYS[key - 1], KEYS[key]
  local first = LAST
  generation, conversation = ARGV[first + 2], ARGV[first + 4]
  node, ttl = ARGV[first + 5], ARGV[first + 6]
  ARGUMENTS = first + ARGUMENTS_OF_ALL
  LAST = ARGUMENTS + ARGV[first + 1]
  local is_well, reply = pcall(answer, call, tonumber(ARGV[first + 3]))
  if is_well and not reply.err then
    add(reply)
  else
    local failure = is_well and reply.err or reply
    add({'ERROR', type(failure) == 'table' and failure.err or 'ERR ' .. failure})
  end
end
if #changes > 0 then
  redis.call('PUBLISH', 'nivel:changes', table.concat(changes, '\n'))
end
return table.concat(answers)
