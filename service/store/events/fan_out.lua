-- Makes the deliveries of the events behind the cursor, and moves it.
-- KEYS[1] the stream   ARGV[3] most events, [4] ms for which an ended delivery is kept
-- A delivery's id comes of its event and its endpoint: the same event again makes it once.
-- A newer `order.updated` takes the place of an older one of its order that was not delivered yet.
-- Answers {deliveries made, 1 when more events may be behind the cursor}
local most, keep_ms = tonumber(ARGV[3]), ARGV[4]
local PAIRS = 50  -- deliveries of one script; of one event there are no more, for an account has no more endpoints

local function enabled_endpoints()
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', P .. 'endpoints', 0, -1)) do
    local e = values(endpoint_key(id), {'enabled', 'types', 'kinds', 'since', 'failures', 'resume_at'})
    e.id = id
    if e.enabled == '1' then found[#found + 1] = e end
  end
  return found
end

local function event_of(entry)
  local event, flat = {entry = entry[1], at = string.match(entry[1], '^%d+')}, entry[2]
  for i = 1, #flat, 2 do event[flat[i]] = flat[i + 1] end
  event.subject = event.id
  event.id = 'evt_' .. event.subject .. '_' .. event.version
  return event
end

local function wants(e, event)
  if e.types and not holds(e.types, event.type) then return false end
  if e.kinds and event.kind ~= '' and not holds(e.kinds, event.kind) then return false end
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

-- What is there already: the delivery itself, or an older update that waits.
local function look(pair)
  local event, endpoint = pair.event, pair.endpoint.id
  pair.exists = redis.call('EXISTS', delivery_key(event.id .. '.' .. endpoint)) == 1
  if event.type ~= 'order.updated' then return end
  local id = redis.call('HGET', endpoint_key(endpoint) .. ':updates', event.subject)
  if not id then return end
  local older = values(delivery_key(id), {'endpoint', 'subject', 'version', 'lease_until'})
  older.id = id
  if not older.version then return end
  pair.older = older
  pair.exists = pair.exists or tonumber(older.version) >= tonumber(event.version)
end

-- One that is on its way may have arrived: it ends by its own attempt, and gets no other one. Returns how many ended.
local function replace(older, by)
  if tonumber(older.lease_until or 0) > T then
    redis.call('HSET', delivery_key(older.id), 'replaced_by', by)
    return 0
  end
  end_delivery(older.id, older, 'replaced', keep_ms)
  return 1
end

local cursor = redis.call('GET', P .. 'events:cursor') or '0-0'
local endpoints = enabled_endpoints()
local entries = {}
if redis.call('EXISTS', P .. 'endpoints') == 1 then
  entries = redis.call('XRANGE', KEYS[1], '(' .. cursor, '+', 'COUNT', most)
end
local made, last = plan(entries, endpoints)
for _, pair in ipairs(made) do look(pair) end
local new, touched, replaced = 0, {}, 0
for _, pair in ipairs(made) do
  if not pair.exists then
    local id = make_delivery(pair.endpoint.id, pair.event)
    if pair.older then replaced = replaced + replace(pair.older, id) end
    new, touched[pair.endpoint.id] = new + 1, pair.endpoint
  end
end
for id, e in pairs(touched) do schedule(id, e) end
if replaced > 0 then redis.call('HINCRBY', P .. 'counters', 'delivery.replaced', replaced) end
if last then redis.call('SET', P .. 'events:cursor', last) end
return {new, last and (#entries == most or last ~= entries[#entries][1]) and 1 or 0}
