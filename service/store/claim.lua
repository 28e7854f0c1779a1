-- Gives one worker the right to work on one order until its lease ends; or tells why not.
-- KEYS[1] the record   ARGV[3] id, [4] step, [5] operation, [6] lease in ms, [7] safety look in ms,
--   [8] interval in ms and [9] burst of the account's pace; '' for a claim under which Bandwidth is asked nothing
-- Takes the turn of its first exchange (meter.lua); an order that is refused takes none.
-- Writes lease, fence, due time and the states `submitting` and `uncertain`; no version, no event.
-- Answers {'claimed', now, name, value, ...} or {'gone' | 'elsewhere' | 'leased' | 'held' | 'early' | 'paused' | 'metered'}
--   or {'later'}: only a later release reads it
local id, step, operation, lease, safety = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local key, due = KEYS[1], P .. 'due:' .. ARGV[4]
local r = values(key, {'state', 'kind', 'lease_until', 'operation', 'next_look_at', 'bandwidth_order_id', 'family',
  'in_turn', 'not_before', 'schema'})
local leased = tonumber(r.lease_until or 0) > T

if not r.state then
  redis.call('ZREM', due, id)
  return {'gone'}
end
if is_of_later_release(r) then return {'later'} end
if leased and r.operation == operation then
  count('claim.repeated')
  return {'claimed', ms(T), unpack(redis.call('HGETALL', key))}
end
if STEP[r.state] ~= step then
  redis.call('ZREM', due, id)
  return {'elsewhere'}
end
if leased then return {'leased'} end
if is_for_later(r) then
  -- whoever rang for it: its turn in line, a bell rung twice, somebody who probes
  local at = tonumber(r.not_before)
  look_at(id, r.state, r.state == 'held' and at or math.max(at, tonumber(r.next_look_at or 0)))
  return {'early'}
end
-- In the place that it had: whoever took it has pushed it on.
local function stay_due() redis.call('ZADD', due, ms(math.min(T, tonumber(r.next_look_at or T))), id) end
if paused(id) then
  if tonumber(r.next_look_at or 0) <= T then stay_due() end
  return {'paused'}
end
local unsent = r.state == 'accepted' or r.state == 'held'
-- what a late 201 has brought the id of waits for nobody: Bandwidth has it
if (unsent and not r.bandwidth_order_id or r.in_turn) and redis.call('HEXISTS', P .. 'line:' .. r.family .. ':waiting', id) == 1 then
  look_at(id, r.state, T + safety)
  return {'held'}
end
if r.state ~= 'held' and not r.in_turn and tonumber(r.next_look_at or 0) > T then
  redis.call('ZADD', due, r.next_look_at, id)
  return {'early'}
end
local meter = ARGV[8] ~= '' and meter_of(step, tonumber(ARGV[8]), tonumber(ARGV[9]))
local wait = meter and turn_in(meter, 1) or 0
if wait > 0 then
  stay_due()
  count('governor.waited.' .. step)
  count('governor.waited_ms.' .. step, math.ceil(wait))
  return {'metered'}
end
if meter then spend(meter) end

local state = r.state
if unsent then
  -- how long it then takes to send one that was held counts from when it became first (apply.lua)
  if r.state == 'held' then
    redis.call('HSET', key, 'ready_at', redis.call('HGET', P .. 'first', id) or ms(T))
    redis.call('HDEL', P .. 'first', id)
  end
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
if r.in_turn then
  -- restored from a backup while others stood before it: its searches begin now (restore.lua)
  redis.call('HDEL', key, 'in_turn')
  uncertain_from_now(id)
end
-- a probe is one look: answered 401 again, its order waits for the next turn like all others
if redis.call('HGET', P .. 'pause', 'probe') == id then
  redis.call('HDEL', P .. 'pause', 'probe')
  redis.call('HSET', P .. 'pause', 'probing', id)
end
redis.call('HINCRBY', key, 'fence', 1)
redis.call('HSET', key, 'lease_until', ms(T + lease), 'operation', operation)
redis.call('ZREMRANGEBYSCORE', P .. 'in-flight', '-inf', ms(T))
redis.call('ZADD', P .. 'in-flight', ms(T + lease), id)
look_at(id, state, T + lease)
return {'claimed', ms(T), unpack(redis.call('HGETALL', key))}
