-- Gives one worker the right to work on one order until its lease ends; or tells why not.
-- KEYS[1] the record   ARGV[3] id, [4] step, [5] operation, [6] lease in ms, [7] safety look in ms
-- Writes lease, fence, due time and the states `submitting` and `uncertain`; no version, no event.
-- Answers {'claimed', now, name, value, ...} or {'gone' | 'elsewhere' | 'leased' | 'held' | 'early' | 'paused'}
local id, step, operation, lease, safety = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local key, due = KEYS[1], P .. 'due:' .. ARGV[4]
local r = values(key, {'state', 'kind', 'lease_until', 'operation', 'next_look_at', 'bandwidth_order_id', 'family'})
local leased = tonumber(r.lease_until or 0) > T

if not r.state then
  redis.call('ZREM', due, id)
  return {'gone'}
end
if leased and r.operation == operation then
  count('claim.repeated')
  return {'claimed', ms(T), unpack(redis.call('HGETALL', key))}
end
if STEP[r.state] ~= step then
  redis.call('ZREM', due, id)
  return {'elsewhere'}
end
if leased then return {'leased'} end
local waits = paused(id)
if waits then return {'paused'} end
local unsent = r.state == 'accepted' or r.state == 'held'
if unsent and redis.call('HEXISTS', P .. 'line:' .. r.family .. ':waiting', id) == 1 then
  look_at(id, r.state, T + safety)
  return {'held'}
end
if r.state ~= 'held' and tonumber(r.next_look_at or 0) > T then
  redis.call('ZADD', due, r.next_look_at, id)
  return {'early'}
end

local state = r.state
if unsent then
  -- a late 201 may have brought the id of an order about to be sent again: never send that
  state = r.bandwidth_order_id and 'uncertain' or 'submitting'
elseif state == 'submitting' then
  state = 'uncertain'
end
if state ~= r.state then
  reindex(id, r.kind, r.state, state)
  redis.call('HSET', key, 'state', state)
  if state == 'submitting' then
    redis.call('HINCRBY', key, 'attempts', 1)
    redis.call('HSETNX', key, 'first_sent_at', ms(T))
  else
    uncertain_from_now(id)
  end
end
-- a probe is one look: answered 401 again, its order waits for the next turn like all others
if redis.call('HGET', P .. 'pause', 'probe') == id then
  redis.call('HDEL', P .. 'pause', 'probe')
  redis.call('HSET', P .. 'pause', 'probing', id)
end
redis.call('HINCRBY', key, 'fence', 1)
redis.call('HSET', key, 'lease_until', ms(T + lease), 'operation', operation)
look_at(id, state, T + lease)
return {'claimed', ms(T), unpack(redis.call('HGETALL', key))}
