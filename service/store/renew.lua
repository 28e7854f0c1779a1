-- Prolongs a lease that has not ended. KEYS[1] the record   ARGV[3] id, [4] fence, [5] lease in ms
-- Answers 1, or 0: write no further byte.
local key = KEYS[1]
local r = values(key, {'state', 'fence', 'lease_until'})
if r.fence ~= ARGV[4] or tonumber(r.lease_until or 0) <= T then return 0 end
local ends = T + tonumber(ARGV[5])
redis.call('HSET', key, 'lease_until', ms(ends))
redis.call('ZADD', P .. 'in-flight', ms(ends), ARGV[3])
look_at(ARGV[3], r.state, ends)
return 1
