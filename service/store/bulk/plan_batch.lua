-- Writes a part of a batch's plan, which nobody sees before it is committed; safe to repeat.
-- KEYS[1] the batch   ARGV[3] its id, [4] orders | errors, [5] ms that it lives unless it is committed,
--   [6 ...] of orders: place, order, place, order, ...; of errors: the entries
-- Answers 1, or 0 when the batch is committed already
local key, what = KEYS[1], ARGV[4]
if redis.call('EXISTS', key) == 1 then return 0 end

local function score_all(set, members)
  local flat = {}
  for i, each in ipairs(members) do flat[2 * i - 1] = 0; flat[2 * i] = each end
  in_chunks('ZADD', set, flat)
  redis.call('PEXPIRE', set, ARGV[5])
end

if what == 'errors' then
  score_all(key .. ':errors', {unpack(ARGV, 6)})
  return 1
end
local places = {}
for i = 6, #ARGV, 2 do places[#places + 1] = ARGV[i] end
in_chunks('HSET', key .. ':plan', {unpack(ARGV, 6)})
redis.call('PEXPIRE', key .. ':plan', ARGV[5])
score_all(key .. ':waiting', places)
return 1
