-- Holds what is kept of endpoints and deliveries against each other.
-- KEYS[1] the key   ARGV[3] mend or look, [4] what it is: scheduled | endpoints | replays | endpoint | due | sending |
--   ended | updates | undelivered | delivery, [5] the id that its name tells, or '', [6 ...] members
-- Answers findings (differ.lua)
local key, what, name = KEYS[1], ARGV[4], ARGV[5]
local HEALTH = {'enabled', 'url', 'failures', 'resume_at'}
local inspect = {}

local function take_out(command, member, why)
  differs(key, 'It names ' .. member .. ', ' .. why .. '.', 'takes it out', function()
    redis.call(command, key, member)
  end)
end

local function is_endpoint(id) return redis.call('HEXISTS', endpoint_key(id), 'url') == 1 end

-- The due-set of endpoints; what should stand in it is looked at by the endpoint.
function inspect.scheduled(id)
  if redis.call('ZSCORE', key, id) and not is_endpoint(id) then take_out('ZREM', id, 'which is no endpoint') end
end

function inspect.endpoints(id)
  if redis.call('ZSCORE', key, id) and not is_endpoint(id) then take_out('ZREM', id, 'which is no endpoint') end
end

function inspect.replays(id)
  if redis.call('ZSCORE', key, id) and not redis.call('HGET', endpoint_key(id), 'replay_at') then
    take_out('ZREM', id, 'which gets no old events')
  end
end

-- Every endpoint is listed, its replay goes on, and it is due when its next delivery is; a subscription ends some day.
function inspect.endpoint()
  local e = values(key, {'replay_at', 'format', 'expires_at', unpack(HEALTH)})
  if not e.url then return end
  if e.format and not tonumber(e.expires_at) then
    differs(key, 'It is a subscription that never expires.', 'lets it expire', function()
      redis.call('HSET', key, 'expires_at', ms(T))
    end)
  end
  if e.replay_at and not redis.call('ZSCORE', P .. 'replays', name) then
    differs(P .. 'replays', 'It lacks endpoint ' .. name .. ', which gets old events.', 'lists it', function()
      redis.call('ZADD', P .. 'replays', 0, name)
    end)
  end
  if not redis.call('ZSCORE', P .. 'endpoints', name) then
    differs(key, 'It is an endpoint that is not listed.', 'lists it', function()
      redis.call('ZADD', P .. 'endpoints', 0, name)
    end)
  end
  local score, at = redis.call('ZSCORE', P .. 'due:deliver', name), next_due(name, e)
  local wrong
  if at and not score then
    wrong = 'Deliveries wait for it, and it is not due.'
  elseif score and not at then
    wrong = 'It is due, and nothing is to be sent to it.'
  elseif at and tonumber(score) > math.max(at, T) then
    wrong = 'It is due later than its next delivery.'
  end
  if wrong then differs(P .. 'due:deliver', 'Endpoint ' .. name .. ': ' .. wrong, 'schedules it anew', function()
    schedule(name, e)
  end) end
end

function inspect.due(id)
  if not redis.call('ZSCORE', key, id) then return end
  local status = redis.call('HGET', delivery_key(id), 'status')
  if status ~= 'waiting' then take_out('ZREM', id, 'a delivery that is ' .. (status or 'gone')) end
end

-- Whatever waits stands there with the time since when.
inspect.undelivered = inspect.due

function inspect.sending(id)
  local score = redis.call('ZSCORE', key, id)
  if not score or tonumber(score) <= T then return end
  local status = redis.call('HGET', delivery_key(id), 'status')
  if status ~= 'waiting' then take_out('ZREM', id, 'a delivery that is ' .. (status or 'gone')) end
end

-- What has ended expires by itself; what still waits stands elsewhere.
function inspect.ended(id)
  if redis.call('ZSCORE', key, id) and redis.call('HGET', delivery_key(id), 'status') == 'waiting' then
    take_out('ZREM', id, 'a delivery that waits')
  end
end

function inspect.updates(order)
  local id = redis.call('HGET', key, order)
  if not id then return end
  local d = values(delivery_key(id), {'status', 'subject'})
  if d.status ~= 'waiting' or d.subject ~= order then take_out('HDEL', order, 'of which no update waits') end
end

local function delete() redis.call('DEL', key) end

function inspect.delivery()
  local d = values(key, {'endpoint', 'status', 'made_at', 'replayed_at'})
  if not d.status then return end
  if not d.endpoint or not is_endpoint(d.endpoint) then
    return differs(key, 'Its endpoint is gone.', 'deletes it', delete)
  end
  if d.status ~= 'waiting' then
    if redis.call('PTTL', key) == -1 then
      differs(key, 'It has ended and never expires.', 'deletes it', delete)
    end
  elseif not redis.call('ZSCORE', endpoint_key(d.endpoint) .. ':due', name) then
    differs(key, 'It waits, and is not due.', 'makes it due', function()
      redis.call('ZADD', endpoint_key(d.endpoint) .. ':due', ms(T), name)
      schedule(d.endpoint, values(endpoint_key(d.endpoint), HEALTH))
    end)
  elseif not redis.call('ZSCORE', P .. 'undelivered', name) then
    differs(key, 'It waits, and nobody sees since when.', 'notes it', function()
      redis.call('ZADD', P .. 'undelivered', d.replayed_at or d.made_at or ms(T), name)
    end)
  end
end

-- Parts of an endpoint that is gone: its removal was broken off.
local PART = {due = 'ZREM', sending = 'ZREM', ended = 'ZREM', updates = 'HDEL'}
if PART[what] and not is_endpoint(name) then
  if redis.call('EXISTS', key) == 1 then differs(key, 'Its endpoint is gone.', 'deletes it', delete) end
elseif ARGV[6] then
  for i = 6, #ARGV do inspect[what](ARGV[i]) end
else
  inspect[what]()
end
return findings()
