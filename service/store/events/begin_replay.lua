-- Lets an endpoint get old events again: all that the fan-out is done with since a time (replay_events.lua).
-- KEYS[1] the endpoint   ARGV[3] its id, [4] ms since 1970, [5] types that it is about, packed, or '',
--   [6] ms for which an event is kept
-- Answers begun | gone | off | busy (another replay is under way)
local id, key, since = ARGV[3], KEYS[1], tonumber(ARGV[4])
local e = values(key, {'url', 'enabled', 'replay_at'})
if not e.url then return 'gone' end
if e.replay_at then return 'busy' end
if e.enabled ~= '1' then return 'off' end
-- what stands behind the cursor is delivered all the same
local last = redis.call('GET', P .. 'events:cursor') or '0-0'
local start = ms(since) .. '-0'
local first = redis.call('XRANGE', P .. 'events', start, last, 'COUNT', 1)[1]
local set = {'replay_at', start, 'replay_until', last, 'replay_since', ms(since), 'replay_begun_at', ms(T),
  'replay_whole', since >= T - tonumber(ARGV[6]) and 1 or 0, 'replay_made', 0}
redis.call('HDEL', key, 'replay_types', 'replay_starts_at', 'replay_reached_at', 'replay_ended_at')
if ARGV[5] ~= '' then set[#set + 1] = 'replay_types'; set[#set + 1] = ARGV[5] end
if first then set[#set + 1] = 'replay_starts_at'; set[#set + 1] = string.match(first[1], '^%d+') end
redis.call('HSET', key, unpack(set))
redis.call('ZADD', P .. 'replays', 0, id)
return 'begun'
