-- What the links of an order say (lines.lua), for the scripts that check and mend them.

-- Who stands last for each of the subjects.
local function last_of(family, subjects)
  local last = {}
  for from = 1, #subjects, CHUNK do
    local to = math.min(from + CHUNK - 1, #subjects)
    local some = redis.call('HMGET', line_key(family), unpack(subjects, from, to))
    for i = 1, to - from + 1 do last[subjects[from + i - 1]] = some[i] end
  end
  return last
end

-- For how many of its subjects an order waits.
local function waiting_of(id, r)
  return waits_in_line(r) and redis.call('HLEN', order_key(id) .. ':ahead') or 0
end

-- How many others stand directly behind it.
local function followers_of(id)
  local seen, count_of = {}, 0
  for _, other in ipairs(redis.call('HVALS', order_key(id) .. ':behind')) do
    if not seen[other] then seen[other] = true; count_of = count_of + 1 end
  end
  return count_of
end

local function set_counter(counter, id, right)
  if right > 0 then redis.call('HSET', counter, id, right) else redis.call('HDEL', counter, id) end
end

-- Counts both anew; an order that turns out to be first is due now, if it still waits to be sent.
local function recount(id, r)
  local waiting = waiting_of(id, r)
  set_counter(waiting_key(r.family), id, waiting)
  set_counter(followers_key(r.family), id, followers_of(id))
  if waiting == 0 and r.state == 'held' then due_now({id}) end
end
