-- Makes orders that Bandwidth has, next looked at in a day: one in ten is processing, one in a hundred complete.
-- KEYS[1] the prefix   ARGV: first ordinal, how many, ms of the first
-- Answers their ids, ours and Bandwidth's in turns
local P, first, count, at = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local made = {}
for ordinal = first, first + count - 1 do
  local now = at + ordinal - first
  local id = string.format('%08x-%04x-7000-8000-%012x', math.floor(now / 65536), now % 65536, ordinal)
  local theirs = string.format('b0000000-0000-4000-8000-%012x', ordinal)
  local number = string.format('%d%07d', 312 + math.floor(ordinal / 8000000), 2000000 + ordinal % 8000000)
  local state = ordinal % 100 == 99 and 'complete' or ordinal % 10 == 9 and 'processing' or 'received'
  local word, now_text = string.upper(state), string.format('%d', now)
  local record = P .. 'order:' .. id
  redis.call('HSET', record, 'state', state, 'version', '2', 'created_at', now_text, 'updated_at', now_text,
    'lined', '1', 'family', 'options', 'request', '{"groups":[{"telephone_numbers":1,"sms":"on"}]}',
    'traceparent', '00-e1c3d82e52ee81c5588540db54ffae30-2f1483ddb00ed878-01', 'origin', 'api', 'kind', 'tn-options',
    'client', 'default', 'numbers', number, 'next_look_at', string.format('%d', now + 86400000), 'attempts', '1',
    'first_sent_at', now_text, 'fence', '1', 'bandwidth_order_id', theirs, 'failed_numbers', '0',
    'completed_numbers', '0', 'bandwidth_status', word, 'default_outcome', '{"outcome":"pending"}',
    'modified_at', now_text, 'pictured_at', now_text)
  redis.call('RPUSH', record .. ':timeline', '{"at":' .. now_text ..
    ',"state":"received","version":2,"source":"submit","event":"sent","bandwidth_status":"RECEIVED","attempt":1}')
  for _, index in ipairs({'orders', 'orders:tn-options', 'orders:' .. state, 'orders:tn-options:' .. state}) do
    redis.call('ZADD', P .. index, 0, id)
  end
  redis.call('HSET', P .. 'tn', number, id)
  redis.call('ZADD', P .. 'reference:' .. id, 0, id)
  redis.call('SET', P .. 'bandwidth:' .. theirs, id)
  if state ~= 'complete' then
    redis.call('HSET', P .. 'line:options', number, id)
    redis.call('ZADD', P .. 'due:check', now + 86400000, id)
  end
  made[#made + 1] = id
  made[#made + 1] = theirs
end
return made
