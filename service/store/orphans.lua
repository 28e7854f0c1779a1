-- Callbacks whose order is not known yet. Shared by the scripts that keep them, apply them and hear them again.
--   P..'orphan:BANDWIDTH_ID', P..'orphan-reference:TEXT'   key of a callback -> its JSON report (apply.lua), with the
--                  time `at` which it came, in ms
--   P..'orphans'   the names of these keys -> ms of the last callback that was kept
local ORPHANS, ORPHAN_MS = 100, 7 * 86400 * 1000  -- callbacks kept of one order, and for how long after the last
local NUDGED = 100  -- orders of one reference that are looked at
local SWEPT = 20  -- names taken out of the index by one callback

-- Takes out of the index what has expired.
local function sweep_orphans(names)
  for _, name in ipairs(names) do
    if redis.call('EXISTS', P .. name) == 0 then redis.call('ZREM', P .. 'orphans', name) end
  end
end

local function expired_orphans()
  return redis.call('ZRANGE', P .. 'orphans', '-inf', ms(T - ORPHAN_MS), 'BYSCORE', 'LIMIT', 0, SWEPT)
end

-- Keeps a callback under a name. Returns 'orphan' or 'duplicate'.
local function keep_orphan(name, seen, said)
  local key = P .. name
  if redis.call('HEXISTS', key, seen) == 1 then
    count('callback.duplicate')
    return 'duplicate'
  end
  count('callback.orphan')
  if redis.call('HLEN', key) < ORPHANS then
    redis.call('HSET', key, seen, '{"at":' .. ms(T) .. ',' .. string.sub(said, 2))
  end
  redis.call('PEXPIRE', key, ORPHAN_MS)
  redis.call('ZADD', P .. 'orphans', ms(T), name)
  -- so the index never holds more than what came in 7 days, though nobody looks at it
  sweep_orphans(expired_orphans())
  return 'orphan'
end

local function forget_orphan(name)
  redis.call('DEL', P .. name)
  redis.call('ZREM', P .. 'orphans', name)
end

-- A callback can overtake the 201 that names its order: look for the uncertain ones of its reference now.
-- Returns those that are due by it, each as STEP/ID.
local function nudge_by_reference(reference)
  local due = {}
  for _, id in ipairs(redis.call('ZRANGE', P .. 'reference:' .. reference, 0, NUDGED - 1, 'REV')) do
    local r = values(order_key(id), {'state', 'lease_until'})
    if r.state == 'submitting' or r.state == 'uncertain' then
      redis.call('HINCRBY', order_key(id), 'nudges', 1)
      if tonumber(r.lease_until or 0) <= T then
        look_at(id, r.state, T)
        due[#due + 1] = STEP[r.state] .. '/' .. id
      end
    end
  end
  return due
end
