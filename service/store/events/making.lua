-- Which deliveries come of events of the stream for the endpoints that want them, and the making of them. A delivery's id
-- comes of its event and its endpoint. A newer `order.updated` takes the place of an older one that was not delivered yet.
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

-- e {types, kinds: what it is told of; only: what a replay is about; since: it hears what stands behind}
local function wants(e, event)
  if e.types and not holds(e.types, event.type) then return false end
  if e.only and not holds(e.only, event.type) then return false end
  if e.kinds and not is_of(e.kinds, event) then return false end
  return not e.since or is_newer(event.entry, e.since)
end

-- What is to be made: the newest `order.updated` of an order and endpoint, and every other event. And how far it goes.
local function plan(entries, endpoints)
  local pairs_of, newest, count_of, last = {}, {}, 0, nil
  for _, entry in ipairs(entries) do
    local event, to = event_of(entry), {}
    for _, e in ipairs(endpoints) do
      if wants(e, event) then to[#to + 1] = e end
    end
    if count_of + #to > PAIRS then break end
    count_of, last = count_of + #to, entry[1]
    for _, e in ipairs(to) do
      pairs_of[#pairs_of + 1] = {event = event, endpoint = e}
      if event.type == 'order.updated' then newest[e.id .. event.subject] = event end
    end
  end
  local made = {}
  for _, pair in ipairs(pairs_of) do
    local update = newest[pair.endpoint.id .. pair.event.subject]
    if pair.event.type ~= 'order.updated' or update == pair.event then made[#made + 1] = pair end
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
  if event.type ~= 'order.updated' then return end
  local id = redis.call('HGET', endpoint_key(endpoint) .. ':updates', event.subject)
  if not id then return end
  local older = values(delivery_key(id), {'endpoint', 'subject', 'version', 'lease_until'})
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

-- Makes the deliveries that are due to be made, or makes them due again. Returns how many.
local function make(pairs_of, is_due, keep_ms)
  local new, touched, replaced = 0, {}, 0
  for _, pair in ipairs(pairs_of) do
    if not pair.outdone and is_due(pair) then
      if pair.status then
        revive(pair.id, pair.endpoint.id, {type = pair.event.type, subject = pair.event.subject,
          version = pair.event.version, tries = pair.tries})
      else
        make_delivery(pair.endpoint.id, pair.event)
      end
      if pair.older then replaced = replaced + replace(pair.older, pair.id, keep_ms) end
      new, touched[pair.endpoint.id] = new + 1, pair.endpoint
    end
  end
  for id, e in pairs(touched) do schedule(id, e) end
  if replaced > 0 then redis.call('HINCRBY', P .. 'counters', 'delivery.replaced', replaced) end
  return new
end
