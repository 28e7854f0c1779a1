-- Makes deliveries of old events for an endpoint that gets them again, some at a time: due anew where they have ended.
-- KEYS[1] the endpoint   ARGV[3] its id, [4] most events, [5] ms for which an ended delivery is kept
-- Answers {made, more | waits (for room, or until it is switched on) | ended | gone}
local id, key, most, keep_ms = ARGV[3], KEYS[1], tonumber(ARGV[4]), ARGV[5]
local e = values(key, {'enabled', 'types', 'kinds', 'failures', 'resume_at', 'replay_at', 'replay_until', 'replay_types',
  'format', 'order_id'})
e.id, e.only = id, e.replay_types
if not e.replay_at then
  redis.call('ZREM', P .. 'replays', id)
  return {0, 'gone'}
end
local room = replay_room(id, e.enabled)
if room == 0 then return {0, 'waits'} end

local entries = redis.call('XRANGE', P .. 'events', e.replay_at, e.replay_until, 'COUNT', math.min(most, room))
local planned, last = plan(entries, {e})
for _, pair in ipairs(planned) do look(pair) end
local made = make(planned, function(pair) return pair.status ~= 'waiting' end, keep_ms)
redis.call('HINCRBY', key, 'replay_made', made)
if last then
  redis.call('HSET', key, 'replay_at', '(' .. last, 'replay_reached_at', string.match(last, '^%d+'))
  return {made, 'more'}
end
redis.call('HDEL', key, 'replay_at', 'replay_until')
redis.call('HSET', key, 'replay_ended_at', ms(T))
redis.call('ZREM', P .. 'replays', id)
return {made, 'ended'}
