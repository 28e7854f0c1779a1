-- Endpoints of other services, and the deliveries of events to them. EID is an endpoint's id, DID a delivery's.
--   P..'endpoints'             ids of the account's endpoints, all of score 0
--   P..'endpoint:EID'          its fields (endpoints.py)
--   P..'endpoint:EID:due'      DID -> when it is attempted next, of all that wait
--   P..'endpoint:EID:sending'  DID -> when the lease of its attempt ends
--   P..'endpoint:EID:ended'    DID -> when it ended, of the newest
--   P..'endpoint:EID:updates'  order -> DID of its `order.updated` that waits; of a subscription, of its newest status
--   P..'delivery:DID'          one event for one endpoint (deliveries.py)
--   P..'undelivered'           DID -> when it was made, or made due again, of all that wait
--   P..'replays'               EIDs that get old events again (replay_events.lua)
--   P..'due:deliver'           EID -> when its next delivery is due: an endpoint is taken from as a whole, so that
--                              what waits for one that is slow or away stands in nobody's way
local AT_ONCE = 5  -- attempts of one endpoint under way; one only while it fails
local ENDED = 1000  -- ended deliveries of one endpoint that are kept
local BACKLOG = 500  -- deliveries of one endpoint that wait beside those that a replay makes
local TRIES = 100  -- attempts of one delivery that are kept when it is sent again

local function endpoint_key(id) return P .. 'endpoint:' .. id end
local function delivery_key(id) return P .. 'delivery:' .. id end

local function holds(packed, word)
  return string.find(' ' .. packed .. ' ', ' ' .. word .. ' ', 1, true) ~= nil
end

-- Whether one entry of the stream stands behind another.
local function is_newer(one, other)
  local ms1, seq1 = string.match(one, '^(%d+)-(%d+)$')
  local ms2, seq2 = string.match(other, '^(%d+)-(%d+)$')
  if ms1 ~= ms2 then return tonumber(ms1) > tonumber(ms2) end
  return tonumber(seq1) > tonumber(seq2)
end

local function newest_event()
  local entry = redis.call('XREVRANGE', P .. 'events', '+', '-', 'COUNT', 1)[1]
  return entry and entry[1] or '0-0'
end

-- How many attempts more an endpoint may have now. e {failures, resume_at}
local function room_of(id, e)
  if tonumber(e.resume_at or 0) > T then return 0 end
  return (e.failures and 1 or AT_ONCE) - redis.call('ZCARD', endpoint_key(id) .. ':sending')
end

-- When the next delivery of an endpoint is due, or nil. e {enabled, failures, resume_at}
local function next_due(id, e)
  local first = redis.call('ZRANGE', endpoint_key(id) .. ':due', 0, 0, 'WITHSCORES')[2]
  if not first or e.enabled ~= '1' then return nil end
  local at = math.max(tonumber(first), tonumber(e.resume_at or 0))
  if at > T or room_of(id, e) > 0 then return at end
  -- whoever records one of its attempts schedules it anew; this is for the one who does not come back
  local ends = redis.call('ZRANGE', endpoint_key(id) .. ':sending', 0, 0, 'WITHSCORES')[2]
  return math.max(at, tonumber(ends))
end

local function schedule(id, e)
  local at = next_due(id, e)
  if at then
    redis.call('ZADD', P .. 'due:deliver', ms(at), id)
  else
    redis.call('ZREM', P .. 'due:deliver', id)
  end
end

-- Which deliveries wait is noted for all together: a script that makes or ends some calls this at its end.
local began_to_wait, wait_no_more = {}, {}
local function note_undelivered()
  local flat = {}
  for i, id in ipairs(began_to_wait) do flat[2 * i - 1] = ms(T); flat[2 * i] = id end
  in_chunks('ZADD', P .. 'undelivered', flat)
  in_chunks('ZREM', P .. 'undelivered', wait_no_more)
end

-- Whether a newer one about the same order takes its place while it waits: every status that a subscription is told of,
-- the end too, and else each `order.updated`. d {type, format of its endpoint}
local function is_replaceable(d) return d.type == 'order.updated' or d.format == 'notification' end

-- Makes a delivery, due now or at a time. event {id, type, subject, kind, state, version, at}   Returns its id.
local function make_delivery(endpoint, event, format, at)
  local id = event.id .. '.' .. endpoint
  redis.call('HSET', delivery_key(id), 'endpoint', endpoint, 'event', event.id, 'type', event.type,
    'subject', event.subject, 'kind', event.kind, 'state', event.state, 'version', event.version, 'at', event.at,
    'made_at', ms(T), 'status', 'waiting', 'schema', SCHEMA, unpack(format and {'format', format} or {}))
  redis.call('ZADD', endpoint_key(endpoint) .. ':due', ms(at or T), id)
  began_to_wait[#began_to_wait + 1] = id
  if is_replaceable({type = event.type, format = format}) then
    redis.call('HSET', endpoint_key(endpoint) .. ':updates', event.subject, id)
  end
  return id
end

-- The newest attempts of a delivery, packed as they are kept.
local function newest_tries(tries)
  local _, made = string.gsub(tries, '{"at":', '')
  for _ = TRIES + 1, made do tries = string.match(tries, ',({"at":.*)$') end
  return tries
end

-- Whether a subscription hears of nothing more. e {expires_at}
local function has_expired(e) return tonumber(e.expires_at or T + 1) <= T end

-- Makes a delivery that has ended due now, with the same id. d {type, format, subject, version, tries}
local function revive(id, endpoint, d)
  local key, own = delivery_key(id), endpoint_key(endpoint)
  redis.call('HSET', key, 'status', 'waiting', 'replayed_at', ms(T), 'attempts', 0, 'tries', newest_tries(d.tries or ''))
  redis.call('HDEL', key, 'ended_at', 'replaced_by', 'lease_until')
  redis.call('PERSIST', key)
  redis.call('ZREM', own .. ':ended', id)
  redis.call('ZADD', own .. ':due', ms(T), id)
  began_to_wait[#began_to_wait + 1] = id
  if not is_replaceable(d) then return end
  local other = redis.call('HGET', own .. ':updates', d.subject)
  local version = other and redis.call('HGET', delivery_key(other), 'version')
  if not version or tonumber(version) < tonumber(d.version) then
    redis.call('HSET', own .. ':updates', d.subject, id)
  end
end

-- How many deliveries a replay may make now: only so many wait at once, and none while the endpoint is off.
local function replay_room(id, enabled)
  local waiting = redis.call('ZCARD', endpoint_key(id) .. ':due')
  return enabled == '1' and waiting <= BACKLOG / 2 and BACKLOG - waiting or 0
end

-- Ends a delivery: delivered, replaced or given_up. d {endpoint, type, format, subject}, without type and format where
-- another has taken its place among those that wait; it is kept for a while, to be seen. Whoever ends it counts it.
local function end_delivery(id, d, status, keep_ms)
  local key, own = delivery_key(id), endpoint_key(d.endpoint)
  redis.call('HSET', key, 'status', status, 'ended_at', ms(T))
  redis.call('ZREM', own .. ':due', id)
  redis.call('ZREM', own .. ':sending', id)
  wait_no_more[#wait_no_more + 1] = id
  if is_replaceable(d) and redis.call('HGET', own .. ':updates', d.subject) == id then
    redis.call('HDEL', own .. ':updates', d.subject)
  end
  redis.call('PEXPIRE', key, keep_ms)
  redis.call('ZADD', own .. ':ended', ms(T), id)
  if redis.call('ZCARD', own .. ':ended') > ENDED then
    redis.call('DEL', delivery_key(redis.call('ZPOPMIN', own .. ':ended')[1]))
  end
end

-- Nothing is sent to it from now on; the other endpoints are told. What waits for it waits until it is switched on.
local function switch_off(id, why)
  redis.call('HSET', endpoint_key(id), 'enabled', '0', 'off_why', why, 'off_at', ms(T), 'updated_at', ms(T))
  count('endpoint.off.' .. why)
  tell('endpoint.disabled', id, '', why, redis.call('HINCRBY', endpoint_key(id), 'version', 1))
end
