-- A planned order cannot be accepted: it is counted, and its rows stand among those that are wrong. Safe to repeat.
-- KEYS[1] the batch   ARGV[3] its id, [4] the place, [5] its numbers, [6 ...] entries of its rows
-- Answers 1, or 0 when it is planned no more
local id, place, key = ARGV[3], ARGV[4], KEYS[1]
if redis.call('HEXISTS', key .. ':plan', place) == 0 then return 0 end
local flat = {}
for i = 6, #ARGV do flat[#flat + 1] = 0; flat[#flat + 1] = ARGV[i] end
in_chunks('ZADD', key .. ':errors', flat)
leave_plan(id, place)
redis.call('HINCRBY', key, 'refused', 1)
redis.call('HINCRBY', key, 'refused_numbers', ARGV[5])
one_less(id)
count('batch.refused')
return 1
