-- Changes an endpoint.
-- KEYS[1] the endpoint   ARGV[3] its id, [4] a JSON object of fields, where false removes one:
--   enabled '1' forgets its failures, and what waits for it is due again;
--   secret: the one before stays good for [5] ms (rotation.lua); life: of a subscription, in ms from now
-- A subscription that is written anew (format) tells nothing that another one tells there already.
-- Answers changed | gone | duplicate
local id, key, set = ARGV[3], KEYS[1], with_end(cjson.decode(ARGV[4]))
local e = values(key, {'enabled', 'url', 'failures', 'resume_at',
  'secret', 'previous_secret', 'previous_until', 'rotated_at'})
if not e.url then return 'gone' end
if set.format and same_subscription(id, set) then return 'duplicate' end
if set.secret then
  for name, value in pairs((rotated(e, set.secret, tonumber(ARGV[5])))) do set[name] = value end
end
-- a subscription that is written anew may have mended what its attempts have failed of
if set.enabled == '1' and (e.enabled ~= '1' or set.format) then
  for _, name in ipairs({'off_why', 'off_at', 'failures', 'failing_since', 'resume_at'}) do set[name] = false end
  e.failures, e.resume_at = nil, nil
elseif set.enabled == '0' and e.enabled == '1' then
  set.off_why, set.off_at = 'person', ms(T)
end
for name, value in pairs(set) do
  if value == false then redis.call('HDEL', key, name) else redis.call('HSET', key, name, value) end
end
redis.call('HSET', key, 'updated_at', ms(T))
redis.call('HINCRBY', key, 'version', 1)
e.enabled = set.enabled or e.enabled
schedule(id, e)
return 'changed'
