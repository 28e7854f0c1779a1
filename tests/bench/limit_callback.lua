-- Writes what callback.lua writes for a new state, and decides nothing.
-- KEYS[1] the prefix   ARGV: id, ms, what tells this callback from others
local P, id, now = KEYS[1], ARGV[1], ARGV[2]
local record = P .. 'order:' .. id
redis.call('SADD', record .. ':seen', ARGV[3])
redis.call('HSET', record, 'bandwidth_status', 'PROCESSING')
redis.call('ZREM', P .. 'orders:received', id)
redis.call('ZREM', P .. 'orders:tn-options:received', id)
redis.call('ZADD', P .. 'orders:processing', 0, id)
redis.call('ZADD', P .. 'orders:tn-options:processing', 0, id)
redis.call('HSET', record, 'state', 'processing')
redis.call('HSETNX', record, 'received_at', now)
redis.call('HINCRBY', P .. 'histograms', 'submit.tn-options.1000', 1)
redis.call('HINCRBY', P .. 'histograms', 'submit.tn-options.sum', 888)
local version = redis.call('HINCRBY', record, 'version', 1)
redis.call('HSET', record, 'updated_at', now)
redis.call('XADD', P .. 'events', '*', 'type', 'order.updated', 'id', id, 'kind', 'tn-options', 'state', 'processing',
  'version', version)
redis.call('RPUSH', record .. ':timeline', '{"at":' .. now .. ',"state":"processing","version":' .. version ..
  ',"source":"callback","event":"callback","status":"PROCESSING","message":"x"}')
redis.call('HINCRBY', P .. 'counters', 'callback.new', 1)
return 1
