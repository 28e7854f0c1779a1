-- What became of an attempt to deliver an event.
-- KEYS[1] the delivery   ARGV[3] its id, [4] the fence it was given with, [5] a JSON object:
--   outcome: delivered | failed | gone (the receiver wants no more, ever), tried: the attempt as JSON,
--   wait_ms: until the next attempt, or false after the last, pause_ms: [first, longest] for which a failing endpoint
--   rests, retry_ms: as long as the receiver asked for or 0, off_ms: failing so long an endpoint is switched off,
--   keep_ms: an ended delivery is kept
-- A delivery that has arrived ends, whoever holds it by now.
-- Answers {outcome, status, why its endpoint was switched off or ''}
--   outcome: recorded | repeated | stale (another has it, or it has ended) | gone
local id, fence, report = ARGV[3], ARGV[4], cjson.decode(ARGV[5])
local key = KEYS[1]
local d = values(key, {'endpoint', 'type', 'format', 'subject', 'status', 'fence', 'recorded', 'attempts', 'tries',
  'replaced_by'})

if not d.status then return {'gone', '', ''} end
if d.recorded == fence then return {'repeated', d.status, ''} end
if d.status ~= 'waiting' or (d.fence ~= fence and report.outcome ~= 'delivered') then return {'stale', d.status, ''} end

local own = endpoint_key(d.endpoint)
local e = values(own, {'enabled', 'failures', 'failing_since', 'resume_at', 'format'})
local status, off = 'waiting', ''
if not e.enabled then
  redis.call('DEL', key)
  return {'gone', '', ''}
end

local function note_health()
  if report.outcome == 'delivered' then
    if e.failures then redis.call('HDEL', own, 'failures', 'failing_since', 'resume_at') end
    e.failures, e.resume_at = nil, nil
    return
  end
  e.failing_since = e.failing_since or ms(T)
  -- attempts that were under way together fail together: that is one failure
  if tonumber(e.resume_at or 0) <= T then e.failures = redis.call('HINCRBY', own, 'failures', 1) end
  local rest = math.min(report.pause_ms[2], report.pause_ms[1] * 2 ^ math.min(e.failures - 1, 32))
  e.resume_at = ms(T + math.max(rest, report.retry_ms))
  redis.call('HSET', own, 'failing_since', e.failing_since, 'resume_at', e.resume_at)
  if report.outcome == 'gone' then off = 'gone' end
  if T - tonumber(e.failing_since) > report.off_ms then off = off ~= '' and off or 'failing' end
  if off ~= '' then
    switch_off(d.endpoint, off)
    e.enabled = '0'
  end
end

-- The newer status of the same order waits for this one: it is due now, unless it is under way itself.
local function call_next()
  local other = d.format and redis.call('HGET', own .. ':updates', d.subject)
  if not other then return end
  if tonumber(redis.call('HGET', delivery_key(other), 'lease_until') or 0) > T then return end
  redis.call('ZADD', own .. ':due', 'XX', 'LT', ms(T), other)
end

local tries = d.tries and d.tries .. ',' .. report.tried or report.tried
redis.call('HSET', key, 'attempts', tonumber(d.attempts or 0) + 1, 'tries', tries, 'recorded', fence)
if e.format then redis.call('HSET', own, 'tried', report.tried) end
if e.enabled == '1' then note_health() end
if report.outcome == 'delivered' then
  status = 'delivered'
elseif d.replaced_by then
  status = 'replaced'
elseif report.outcome == 'gone' or not report.wait_ms then
  status = 'given_up'
end
if status == 'waiting' then
  redis.call('HDEL', key, 'lease_until')
  redis.call('ZADD', own .. ':due', ms(T + report.wait_ms), id)
  redis.call('ZREM', own .. ':sending', id)
  count('delivery.failed')
else
  end_delivery(id, d, status, report.keep_ms)
  count('delivery.' .. status)
  call_next()
end
count('attempt.' .. (report.outcome == 'failed' and not report.wait_ms and 'given_up' or report.outcome))
note_undelivered()
schedule(d.endpoint, e)
return {'recorded', status, off}
