-- Makes an endpoint; it is told of what happens from now on.
-- KEYS[1] the endpoint   ARGV[3] its id, [4] most endpoints of the account, [5] its fields as a JSON object
-- Answers created | repeated | too_many
local id, key = ARGV[3], KEYS[1]
local others = redis.call('ZCARD', P .. 'endpoints')
if redis.call('EXISTS', key) == 1 then return 'repeated' end
if others >= tonumber(ARGV[4]) then return 'too_many' end
local since = newest_event()
local fields = {'version', 1, 'since', since, 'created_at', ms(T), 'updated_at', ms(T)}
for name, value in pairs(cjson.decode(ARGV[5])) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
redis.call('ZADD', P .. 'endpoints', 0, id)
if others == 0 then redis.call('SET', P .. 'events:cursor', since) end
return 'created'
