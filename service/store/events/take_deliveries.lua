-- Gives one sender the deliveries that are due, each under a lease; of an endpoint only so many at once.
-- KEYS[1] the due-set of endpoints   ARGV[3] most, [4] lease in ms, [5] ms after which an event is too old,
--   [6] ms for which an ended delivery is kept
-- Answers {1 when some were ended instead, and more may be due behind them, or 0; then for each that is given
--   {id, fence, attempts made, event, type, subject, kind, state, version, at,
--   endpoint, url, traceparent of the order or batch it tells of, sealed secret, the one before it; of a subscription:
--   format, OrderType, the order's CustomerOrderId, user name, sealed password, certificate}}, each '' where there is none
local left, lease, old, keep_ms = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local TOLD = {'event', 'type', 'subject', 'kind', 'state', 'version', 'at'}
local given, ended = {}, 0

-- Of what an event tells: its traceparent, when that is traced, and its CustomerOrderId, when it has one.
local function record_told(d)
  local noun = string.match(d.type, '^(%a+)%.')
  if noun ~= 'order' and noun ~= 'batch' then return {} end
  return values(P .. noun .. ':' .. d.subject, {'traceparent', 'customer_order_id'})
end

local function give(id, d, endpoint, e)
  local fence = redis.call('HINCRBY', delivery_key(id), 'fence', 1)
  redis.call('HSET', delivery_key(id), 'lease_until', ms(T + lease))
  redis.call('ZADD', endpoint_key(endpoint) .. ':due', ms(T + lease), id)
  redis.call('ZADD', endpoint_key(endpoint) .. ':sending', ms(T + lease), id)
  local told = {id, fence, tonumber(d.attempts or 0)}
  for _, name in ipairs(TOLD) do told[#told + 1] = d[name] end
  local previous, about = tonumber(e.previous_until or 0) > T and e.previous_secret or '', record_told(d)
  for _, each in ipairs({endpoint, e.url, about.traceparent or '', e.secret or '', previous, e.format or '', e.order_type or '',
    about.customer_order_id or '', e.username or '', e.password or '', e.certificate or ''}) do told[#told + 1] = each end
  given[#given + 1] = told
  left = left - 1
end

-- Nobody gets it any more.
local function give_up(id, d, status)
  end_delivery(id, d, status, keep_ms)
  count('delivery.' .. status)
  -- that takes twice the calls of one that is given
  left, ended = left - 2, 1
end

-- Returns whether it was given.
local function see_to(id, endpoint, e)
  local d = values(delivery_key(id), {'endpoint', 'format', 'made_at', 'replayed_at', 'replaced_by', 'attempts', unpack(TOLD)})
  if not d.event then
    redis.call('ZREM', endpoint_key(endpoint) .. ':due', id)
    wait_no_more[#wait_no_more + 1] = id
    left, ended = left - 1, 1
  elseif d.replaced_by then
    give_up(id, d, 'replaced')
  elseif T - tonumber(d.replayed_at or d.made_at) > old then
    give_up(id, d, 'given_up')
  else
    give(id, d, endpoint, e)
    return true
  end
end

local function take_from(endpoint, e)
  redis.call('ZREMRANGEBYSCORE', endpoint_key(endpoint) .. ':sending', '-inf', ms(T))
  local room = room_of(endpoint, e)
  while room > 0 and left > 0 do
    local id = redis.call('ZRANGE', endpoint_key(endpoint) .. ':due', '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, 1)[1]
    if not id then return end
    if see_to(id, endpoint, e) then room = room - 1 end
  end
end

for _, endpoint in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, 50)) do
  if left <= 0 then break end
  local e = values(endpoint_key(endpoint),
    {'enabled', 'url', 'secret', 'previous_secret', 'previous_until', 'failures', 'resume_at',
      'format', 'order_type', 'username', 'password', 'certificate'})
  if e.enabled == '1' then take_from(endpoint, e) end
  schedule(endpoint, e)
end
note_undelivered()
return {ended, unpack(given)}
