-- What an answer of Bandwidth's means for the whole account (governor.py has the table).
-- effect {effect: none | sound | strike | pause, why, pause_ms, strikes (that pause it)}; id: the order that was answered
-- Returns 1 when the account was not paused before.
local function pause_account(effect)
  local key = P .. 'pause'
  local old = values(key, {'why', 'until'})
  -- a pause without an end is not shortened by one that has an end
  if effect.pause_ms > 0 and old.why and old['until'] == '' then return 0 end
  redis.call('HSET', key, 'why', effect.why, 'until', effect.pause_ms > 0 and ms(T + effect.pause_ms) or '')
  if effect.pause_ms > 0 then redis.call('PEXPIRE', key, effect.pause_ms) else redis.call('PERSIST', key) end
  if old.why then return 0 end
  count('account.paused')
  return 1
end

-- Applies the effect, and returns 1 when it has just paused the account.
local function account(effect, id)
  if effect.effect == 'sound' then
    redis.call('DEL', P .. 'strikes')
    if redis.call('HGET', P .. 'pause', 'probing') == id then redis.call('DEL', P .. 'pause') end
  elseif effect.effect == 'pause' then
    return pause_account(effect)
  elseif effect.effect == 'strike' then
    local strikes = redis.call('INCR', P .. 'strikes')
    redis.call('EXPIRE', P .. 'strikes', 3600)
    if strikes >= effect.strikes then return pause_account(effect) end
  end
  return 0
end
