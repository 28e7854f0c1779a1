-- Orders placed elsewhere, of which callbacks have told and that are not known yet.
--   P..'due:adopt'     KIND/BANDWIDTH_ID -> when to fetch it
--   P..'adopt:tries'   KIND/BANDWIDTH_ID -> how often that was in vain

local function adoption_of(kind, bandwidth_order_id) return kind .. '/' .. bandwidth_order_id end

-- It is known now, or nothing is known of it any more.
local function adopt_no_more(member)
  redis.call('ZREM', P .. 'due:adopt', member)
  redis.call('HDEL', P .. 'adopt:tries', member)
end

-- Waits longer with every try, for as long as its callbacks are kept. back_off {first_ms, longest_ms}
-- Returns whether it is tried again.
local function adopt_later(member, bandwidth_order_id, back_off)
  if redis.call('EXISTS', P .. 'orphan:' .. bandwidth_order_id) == 0 then
    adopt_no_more(member)
    return false
  end
  local tries = redis.call('HINCRBY', P .. 'adopt:tries', member, 1)
  local wait = math.min(back_off.longest_ms, back_off.first_ms * 2 ^ math.min(tries - 1, 32))
  redis.call('ZADD', P .. 'due:adopt', ms(T + wait), member)
  return true
end
