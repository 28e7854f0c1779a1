-- Commits a batch whose plan is written: from here on its orders are accepted, whatever dies.
-- KEYS[1] the batch   ARGV[3] a JSON object:
--   id, idempotency (CLIENT:KEY), fingerprint, fields {field: value}, planned (orders), errors (entries)
-- Answers {'committed' | 'repeated'} or {'replayed', id} or {'reused', id} or {'incomplete'}: its plan is not all here
local batch, key = cjson.decode(ARGV[3]), KEYS[1]
local named = P .. 'idempotency:' .. batch.idempotency
if redis.call('EXISTS', key) == 1 then
  count('batch.repeated')
  return {'repeated'}
end
local first = values(named, {'fingerprint', 'order'})
if first.order then
  count('batch.replayed')
  return {first.fingerprint == batch.fingerprint and 'replayed' or 'reused', first.order}
end
local is_whole = redis.call('HLEN', key .. ':plan') == batch.planned
  and redis.call('ZCARD', key .. ':waiting') == batch.planned
  and redis.call('ZCARD', key .. ':errors') == batch.errors
if not is_whole or batch.planned == 0 then return {'incomplete'} end

local fields = {'created_at', ms(T), 'planned', batch.planned, 'left', batch.planned, 'idempotency', batch.idempotency,
  'schema', SCHEMA}
for name, value in pairs(batch.fields) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
for _, part in ipairs({':plan', ':waiting', ':errors'}) do redis.call('PERSIST', key .. part) end
redis.call('HSET', named, 'fingerprint', batch.fingerprint, 'order', batch.id)
redis.call('ZADD', P .. 'batches', 0, batch.id)
redis.call('ZADD', P .. 'due:batch', ms(T), batch.id)
count('batch.new')
return {'committed'}
