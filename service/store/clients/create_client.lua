-- Makes a client.
-- KEYS[1] the client   ARGV[3] its id, [4] its fields as a JSON object, [5] the audit's entry, [6] days (audit.lua)
-- Answers created | taken
local key, kept = KEYS[1], cjson.decode(ARGV[4])
if redis.call('EXISTS', key) == 1 then
  return redis.call('HGET', key, 'secret') == kept.secret and 'created' or 'taken'
end
local fields = {'created_at', ms(T), 'schema', SCHEMA}
for name, value in pairs(kept) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
redis.call('ZADD', P .. 'clients', 0, ARGV[3])
redis.call('INCR', P .. 'version')
note(cjson.decode(ARGV[5]), ARGV[6])
return 'created'
