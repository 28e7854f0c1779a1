-- Makes an endpoint; it is told of what happens from now on.
-- KEYS[1] the endpoint   ARGV[3] its id, [4] most endpoints of the account, [5] its fields as a JSON object,
--   [6] CLIENT:KEY of the request or '', [7] its fingerprint, [8] ms for which that is known
-- A subscription (format notification) has its life in ms (`life`), and none lives beside it that would tell the same.
-- Answers {created | repeated | too_many}, {replayed | reused, the first request's endpoint} or {duplicate, the other}
local id, key = ARGV[3], KEYS[1]
local others = redis.call('ZCARD', P .. 'endpoints')
if redis.call('EXISTS', key) == 1 then return {'repeated'} end
local known = ARGV[6] ~= '' and P .. 'endpoint-idempotency:' .. ARGV[6]
if known then
  local first = values(known, {'fingerprint', 'endpoint'})
  if first.endpoint then return {first.fingerprint == ARGV[7] and 'replayed' or 'reused', first.endpoint} end
end
if others >= tonumber(ARGV[4]) then return {'too_many'} end
local given = cjson.decode(ARGV[5])
local other = given.format and same_subscription(id, given)
if other then return {'duplicate', other} end
local since = newest_event()
local fields = {'version', 1, 'since', since, 'created_at', ms(T), 'updated_at', ms(T), 'schema', SCHEMA}
for name, value in pairs(with_end(given)) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
redis.call('ZADD', P .. 'endpoints', 0, id)
if others == 0 then redis.call('SET', P .. 'events:cursor', since) end
if known then
  redis.call('HSET', known, 'fingerprint', ARGV[7], 'endpoint', id)
  redis.call('PEXPIRE', known, ARGV[8])
end
return {'created'}
