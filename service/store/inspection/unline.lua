-- Takes away what an order that stands in no line has left there, once its lines are linked without it.
-- KEYS[1] the record, if there is one   ARGV[3] id, [4] family
local id, family, key = ARGV[3], ARGV[4], KEYS[1]
if is_lined(values(key, {'state', 'lined'})) then return 0 end
redis.call('HDEL', waiting_key(family), id)
redis.call('HDEL', followers_key(family), id)
redis.call('HDEL', P .. 'first', id)
redis.call('DEL', key .. ':ahead', key .. ':behind')
redis.call('HDEL', key, 'lined', 'line_until')
return 1
