-- Takes an endpoint and its deliveries off the disk, so many by one script: whoever removes it repeats that until none is
-- left, and the endpoint goes with the last of them. An attempt that is under way finds its delivery gone.
-- KEYS[1] the endpoint   ARGV[3] its id, [4] most deliveries
-- Answers removed | more | gone
local id, key, most = ARGV[3], KEYS[1], tonumber(ARGV[4])
if redis.call('HEXISTS', key, 'url') == 0 then return 'gone' end
redis.call('HSET', key, 'enabled', '0', 'off_why', 'person', 'off_at', ms(T))
redis.call('ZREM', P .. 'due:deliver', id)
redis.call('ZREM', P .. 'replays', id)
redis.call('HDEL', key, 'replay_at')
local left = 0
for _, part in ipairs({':due', ':ended'}) do
  local flat = redis.call('ZPOPMIN', key .. part, most)
  for i = 1, #flat, 2 do
    redis.call('DEL', delivery_key(flat[i]))
    wait_no_more[#wait_no_more + 1] = flat[i]
  end
  left = left + redis.call('ZCARD', key .. part)
end
note_undelivered()
if left > 0 then return 'more' end
redis.call('DEL', key, key .. ':updates', key .. ':sending')
redis.call('ZREM', P .. 'endpoints', id)
if redis.call('EXISTS', P .. 'endpoints') == 0 then redis.call('DEL', P .. 'events:cursor') end
return 'removed'
