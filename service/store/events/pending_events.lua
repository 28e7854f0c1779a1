-- Tells whether events, replays or deliveries of the account wait to be seen to, and lets go of events that are old.
-- KEYS[1] the stream   ARGV[3] ms for which an event is kept
-- While there is an endpoint, no event that its deliveries are not made of yet goes, however old.
-- Answers 1 or 0
local oldest = ms(math.max(0, T - tonumber(ARGV[3]))) .. '-0'
local listened = redis.call('EXISTS', P .. 'endpoints') == 1
local cursor = redis.call('GET', P .. 'events:cursor') or '0-0'
local behind = listened and is_newer(newest_event(), cursor)
if behind and is_newer(oldest, cursor) then oldest = cursor end
redis.call('XTRIM', KEYS[1], 'MINID', '~', oldest)
local goes_on = false
for _, id in ipairs(redis.call('ZRANGE', P .. 'replays', 0, -1)) do
  goes_on = goes_on or replay_room(id, redis.call('HGET', endpoint_key(id), 'enabled')) > 0
end
return (behind or goes_on or redis.call('ZCOUNT', P .. 'due:deliver', '-inf', ms(T)) > 0) and 1 or 0
