-- Which deliveries come of events of the stream for the endpoints that want them, and the making of them. A delivery's id
-- comes of its event and its endpoint. A newer `order.updated` takes the place of an older one that was not delivered yet;
-- so does each newer status of an order that a subscription is told of. Those come one after the other: one that follows
-- another that is on its way is due when that one has ended (record_attempt.lua), or with its lease.
local ASKED = 25  -- orders that one script asks whether they change others, behind the first event
local PAIRS = 50  -- deliveries of one script; of one event there are no more, for an account has no more endpoints

local function event_of(entry)
  local event, flat = {entry = entry[1], at = string.match(entry[1], '^%d+')}, entry[2]
  for i = 1, #flat, 2 do event[flat[i]] = flat[i + 1] end
  event.subject = event.id
  event.id = 'evt_' .. event.subject .. '_' .. event.version
  return event
end

-- Whether it is of a kind that is wanted, or of none: a subscription may be of several.
local function is_of(kinds, event)
  for _, kind in ipairs(split(event.kind)) do
    if holds(kinds, kind) then return true end
  end
  return event.kind == ''
end

-- Whether it is of an order that changes another one at Bandwidth.
local asked = 0
local function is_of_change(event)
  if event.amends == nil then
    asked = asked + 1
    event.amends = redis.call('HEXISTS', order_key(event.subject), 'amends') == 1
  end
  return event.amends
end

-- Whether a subscription is told of it: a status that is another than before, of its order or of all of its kind, and that
-- came while it lived: deliveries are made later where workers were away. Whoever changed an order by PUT knows the order,
-- and not that the change is one of ours.
local function is_news(e, event)
  if e.expires_at and tonumber(event.at) >= tonumber(e.expires_at) then return false end
  if e.order_id and e.order_id ~= event.subject then return false end
  local told = NOTIFIED[event.kind] or {}
  if not told[event.state] or (event.was and told[event.was] == told[event.state]) then return false end
  return not is_of_change(event)
end

-- e {types, kinds: what it is told of; only: what a replay is about; since: it hears what stands behind; format,
-- order_id, expires_at: of a subscription}
local function wants(e, event)
  if e.format == 'notification' and not is_news(e, event) then return false end
  if e.types and not holds(e.types, event.type) then return false end
  if e.only and not holds(e.only, event.type) then return false end
  if e.kinds and not is_of(e.kinds, event) then return false end
  return not e.since or is_newer(event.entry, e.since)
end

local function is_replaceable_pair(pair)
  return is_replaceable({type = pair.event.type, format = pair.endpoint.format})
end

-- What is to be made: the newest of those that replace each other, and every other event. And how far it goes.
local function plan(entries, endpoints)
  local pairs_of, newest, count_of, last = {}, {}, 0, nil
  for _, entry in ipairs(entries) do
    local event, to = event_of(entry), {}
    for _, e in ipairs(endpoints) do
      if wants(e, event) then to[#to + 1] = e end
    end
    if count_of + #to > PAIRS or asked > ASKED and last then break end
    count_of, last = count_of + #to, entry[1]
    for _, e in ipairs(to) do
      local pair = {event = event, endpoint = e}
      pairs_of[#pairs_of + 1] = pair
      if is_replaceable_pair(pair) then newest[e.id .. event.subject] = event end
    end
  end
  local made = {}
  for _, pair in ipairs(pairs_of) do
    local update = newest[pair.endpoint.id .. pair.event.subject]
    if not is_replaceable_pair(pair) or update == pair.event then made[#made + 1] = pair end
  end
  return made, last
end

-- What is there already: the delivery itself, with its status, and an older update that waits. `outdone`: a newer one
-- waits, or the same.
local function look(pair)
  local event, endpoint = pair.event, pair.endpoint.id
  pair.id = event.id .. '.' .. endpoint
  local kept = values(delivery_key(pair.id), {'status', 'tries'})
  pair.status, pair.tries = kept.status, kept.tries
  if not is_replaceable_pair(pair) then return end
  local id = redis.call('HGET', endpoint_key(endpoint) .. ':updates', event.subject)
  if not id then return end
  local older = values(delivery_key(id), {'endpoint', 'subject', 'version', 'lease_until', 'attempts'})
  older.id = id
  if not older.version then return end
  pair.older = older
  pair.outdone = tonumber(older.version) >= tonumber(event.version)
end

-- One that is on its way may have arrived: it ends by its own attempt, and gets no other one. Returns how many ended.
local function replace(older, by, keep_ms)
  if tonumber(older.lease_until or 0) > T then
    redis.call('HSET', delivery_key(older.id), 'replaced_by', by)
    return 0
  end
  end_delivery(older.id, older, 'replaced', keep_ms)
  return 1
end

-- When a delivery is due that takes the place of another: an order's statuses are told in their turn.
local function due_behind(pair)
  local older = pair.older
  if not older or pair.endpoint.format ~= 'notification' then return T end
  if tonumber(older.lease_until or 0) > T then return tonumber(older.lease_until) end
  local waits = not older.attempts and redis.call('ZSCORE', endpoint_key(pair.endpoint.id) .. ':due', older.id)
  return math.max(T, tonumber(waits or 0))
end

-- Makes the deliveries that are due to be made, or makes them due again. Returns how many.
local function make(pairs_of, is_due, keep_ms)
  local new, touched, replaced = 0, {}, 0
  for _, pair in ipairs(pairs_of) do
    if not pair.outdone and is_due(pair) then
      if pair.status then
        revive(pair.id, pair.endpoint.id, {type = pair.event.type, format = pair.endpoint.format,
          subject = pair.event.subject, version = pair.event.version, tries = pair.tries})
      else
        make_delivery(pair.endpoint.id, pair.event, pair.endpoint.format or nil, due_behind(pair))
      end
      if pair.older then replaced = replaced + replace(pair.older, pair.id, keep_ms) end
      new, touched[pair.endpoint.id] = new + 1, pair.endpoint
    end
  end
  note_undelivered()
  for id, e in pairs(touched) do schedule(id, e) end
  if replaced > 0 then redis.call('HINCRBY', P .. 'counters', 'delivery.replaced', replaced) end
  return new
end
