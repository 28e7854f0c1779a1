-- Reads planned orders of a batch that are due, in the order of their places.
-- KEYS[1] the batch   ARGV[3] most
-- Answers {ms since the batch was made, place, order, place, order, ...}; no order: none is due
local key, made = KEYS[1], tonumber(redis.call('HGET', KEYS[1], 'created_at') or T)
local places = redis.call('ZRANGE', key .. ':waiting', '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, ARGV[3])
local found = {math.max(0, T - made)}
if #places == 0 then return found end
for i, planned in ipairs(redis.call('HMGET', key .. ':plan', unpack(places))) do
  if planned then found[#found + 1] = places[i]; found[#found + 1] = planned end
end
return found
