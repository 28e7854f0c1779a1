-- Writes what accept.lua writes for a new order, and decides nothing.
-- KEYS[1] the prefix   ARGV: id, ms, Idempotency-Key, numbers, how many
local P, id, now, key, numbers, count = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local record = P .. 'order:' .. id
redis.call('HSET', record, 'state', 'accepted', 'version', '1', 'created_at', now, 'updated_at', now, 'lined', '1',
  'family', 'options', 'request', '{"groups":[{"telephone_numbers":' .. count .. ',"sms":"on"}]}',
  'traceparent', '00-e1c3d82e52ee81c5588540db54ffae30-2f1483ddb00ed878-01', 'origin', 'api', 'kind', 'tn-options',
  'client', 'default', 'idempotency', 'default:' .. key, 'numbers', numbers)
local named = {}
for number in numbers:gmatch('%d+') do
  named[#named + 1] = number
  named[#named + 1] = id
end
for from = 1, #named, 1000 do
  local to = math.min(from + 999, #named)
  redis.call('HSET', P .. 'line:options', unpack(named, from, to))
  redis.call('HSET', P .. 'tn', unpack(named, from, to))
end
for _, index in ipairs({'orders', 'orders:tn-options', 'orders:accepted', 'orders:tn-options:accepted'}) do
  redis.call('ZADD', P .. index, 0, id)
end
redis.call('ZADD', P .. 'reference:' .. id, 0, id)
redis.call('RPUSH', record .. ':timeline',
  '{"at":' .. now .. ',"state":"accepted","version":1,"source":"api","event":"accepted","by":"default"}')
redis.call('HSET', P .. 'idempotency:default:' .. key,
  'fingerprint', '7c18edff690a325625077508d58806cc2be2de4a4dc7643c23188a9a09261c51', 'order', id)
redis.call('HSET', record, 'next_look_at', now)
redis.call('ZADD', P .. 'due:submit', now, id)
redis.call('XADD', P .. 'events', '*', 'type', 'order.accepted', 'id', id, 'kind', 'tn-options', 'state', 'accepted',
  'version', '1')
redis.call('HINCRBY', P .. 'counters', 'order.accepted.tn-options', 1)
return 1
