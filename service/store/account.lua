-- What an answer of Bandwidth's means for the whole account (governor.py has the table).
-- effect {effect: none | sound | strike | pause | failure, why, pause_ms, limit (strikes or failures that pause it),
--   longest_ms (between probes)}; id: the order that was answered
-- P..'pause' {why, until: ms or '', probe: the order that may go as one, probing: the one that has gone, probe_at,
--   probed: the step that probed last, yielded: how often others have let one before them since (take.lua),
--   down: ms between probes while Bandwidth is down}
local FIRST_PROBE_MS = 1000  -- from the breaker's opening to its first probe
local WOKEN = 64  -- orders that are looked at as soon as Bandwidth is back, though their own back-off is longer

-- By the word that the reason begins with.
local function count_pause(why) count('account.paused.' .. string.match(why, '^%a+')) end

-- Returns 1 when the account was not paused before.
local function pause_account(effect)
  local key = P .. 'pause'
  local old = values(key, {'why', 'until'})
  -- a pause without an end is not shortened by one that has an end
  if effect.pause_ms > 0 and old.why and old['until'] == '' then return 0 end
  redis.call('HSET', key, 'why', effect.why, 'until', effect.pause_ms > 0 and ms(T + effect.pause_ms) or '')
  if effect.pause_ms > 0 then redis.call('PEXPIRE', key, effect.pause_ms) else redis.call('PERSIST', key) end
  if old.why then return 0 end
  count_pause(effect.why)
  return 1
end

-- Brings to now what waits longer because Bandwidth was down.
local function wake(id)
  if string.find(id, '/', 1, true) then
    redis.call('ZADD', P .. 'due:adopt', 'XX', 'LT', ms(T), id)
    return
  end
  local r = values(order_key(id), {'state', 'lease_until', 'next_look_at'})
  local waits = STEP[r.state] and tonumber(r.lease_until or 0) <= T and tonumber(r.next_look_at or 0) > T
  if waits then look_at(id, r.state, T) end
end

-- Bandwidth has answered: it is not down.
local function close_breaker()
  local failed = redis.call('SMEMBERS', P .. 'failures')
  if #failed > 0 then redis.call('DEL', P .. 'failures') end
  if redis.call('HEXISTS', P .. 'pause', 'down') == 0 then return end
  redis.call('DEL', P .. 'pause')
  for _, id in ipairs(failed) do wake(id) end
end

-- No answer, or one that says that Bandwidth is down. Several orders must say so, with no other answer between them:
-- one order that Bandwidth cannot take keeps no others from going. Returns 1 when it has opened the breaker.
local function fail(effect, id)
  local key = P .. 'pause'
  local pause = values(key, {'why', 'down', 'probing'})
  if redis.call('SCARD', P .. 'failures') < WOKEN then redis.call('SADD', P .. 'failures', id) end
  redis.call('EXPIRE', P .. 'failures', 3600)
  if pause.down and pause.probing == id then
    local interval = math.min(2 * pause.down, effect.longest_ms)
    redis.call('HSET', key, 'down', ms(interval), 'probe_at', ms(T + interval))
    redis.call('HDEL', key, 'probing')
  end
  if pause.why or redis.call('SCARD', P .. 'failures') < effect.limit then return 0 end
  local first = ms(math.min(FIRST_PROBE_MS, effect.longest_ms))
  redis.call('HSET', key, 'why', effect.why, 'until', '', 'down', first, 'probe_at', ms(T + first))
  count_pause(effect.why)
  return 1
end

-- Applies the effect, and returns 1 when it has just paused the account.
local function account(effect, id)
  if effect.effect == 'none' then return 0 end
  if effect.effect == 'failure' then return fail(effect, id) end
  close_breaker()
  if effect.effect == 'sound' then
    redis.call('DEL', P .. 'strikes')
    if redis.call('HGET', P .. 'pause', 'probing') == id then redis.call('DEL', P .. 'pause') end
  elseif effect.effect == 'pause' then
    return pause_account(effect)
  elseif effect.effect == 'strike' then
    local strikes = redis.call('INCR', P .. 'strikes')
    redis.call('EXPIRE', P .. 'strikes', 3600)
    if strikes >= effect.limit then return pause_account(effect) end
  end
  return 0
end
