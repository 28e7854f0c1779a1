-- Makes the deliveries of the events behind the cursor, and moves it.
-- KEYS[1] the stream   ARGV[3] most events, [4] ms for which an ended delivery is kept
-- A delivery's id comes of its event and its endpoint: the same event again makes it once.
-- A newer `order.updated` takes the place of an older one of its order that was not delivered yet.
-- Answers {deliveries made, 1 when more events may be behind the cursor}
local most, keep_ms = tonumber(ARGV[3]), ARGV[4]

local function enabled_endpoints()
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', P .. 'endpoints', 0, -1)) do
    local e = values(endpoint_key(id), {'enabled', 'types', 'kinds', 'since', 'failures', 'resume_at',
      'format', 'order_id', 'expires_at'})
    e.id = id
    if e.enabled == '1' then found[#found + 1] = e end
  end
  return found
end

local cursor = redis.call('GET', P .. 'events:cursor') or '0-0'
local endpoints = enabled_endpoints()
local entries = {}
if redis.call('EXISTS', P .. 'endpoints') == 1 then
  entries = redis.call('XRANGE', KEYS[1], '(' .. cursor, '+', 'COUNT', most)
end
local made, last = plan(entries, endpoints)
for _, pair in ipairs(made) do look(pair) end
local new = make(made, function(pair) return not pair.status end, keep_ms)
if last then redis.call('SET', P .. 'events:cursor', last) end
return {new, last and (#entries == most or last ~= entries[#entries][1]) and 1 or 0}
