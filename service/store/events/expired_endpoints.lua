-- Names subscriptions that are over: nothing that they are to be told of waits, or it has waited for too long.
-- KEYS[1] the list of endpoints   ARGV[3] ms after which what still waits is let go of
-- Answers their ids
local over = {}
local newest, cursor = newest_event(), redis.call('GET', P .. 'events:cursor') or '0-0'

-- Whether events that came while it lived have no deliveries yet.
local function may_hear(e)
  return is_newer(newest, cursor) and tonumber(string.match(cursor, '^%d+')) < tonumber(e.expires_at)
end

for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local e = values(endpoint_key(id), {'enabled', 'expires_at'})
  if has_expired(e) then
    local waits = e.enabled == '1' and (may_hear(e) or redis.call('ZCARD', endpoint_key(id) .. ':due') > 0)
    if not waits or tonumber(e.expires_at) + ARGV[3] <= T then over[#over + 1] = id end
  end
end
return over
