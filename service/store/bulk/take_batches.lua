-- Hands out batches that have planned orders which are due, each to one taker: pushed on by one lease, so that whoever
-- dies is followed by another.
-- KEYS[1] the due-set   ARGV[3] most, [4] lease in ms
-- Answers ids
local ids = redis.call('ZRANGE', KEYS[1], '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do redis.call('ZADD', KEYS[1], 'XX', ms(T + ARGV[4]), id) end
return ids
