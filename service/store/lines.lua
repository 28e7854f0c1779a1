-- Lines: for each subject (a telephone number, a location) the open orders of a family in the order they came.
--   P..'line:FAMILY'      subject -> last open order
--   order:ID:ahead        subject -> the order directly before, only where there is one
--   order:ID:behind       subject -> the order directly after, only where there is one
--   P..'line:FAMILY:waiting'    order -> for how many of its subjects another stands before it; absent: first for all
--   P..'first'                  order -> when it became first for all its subjects, till it is claimed or leaves
--   P..'line:FAMILY:followers'  order -> how many others stand directly behind it

local function line_key(family) return P .. 'line:' .. family end

local function waiting_key(family) return line_key(family) .. ':waiting' end
local function followers_key(family) return line_key(family) .. ':followers' end

-- Groups the subjects by the open order that is last in their line. Reads only.
local function meet(family, subjects)
  local met, orders, key = {}, {}, line_key(family)
  for from = 1, #subjects, CHUNK do
    local to = math.min(from + CHUNK - 1, #subjects)
    local last = redis.call('HMGET', key, unpack(subjects, from, to))
    for i = 1, to - from + 1 do
      local other = last[i]
      if other then
        if not met[other] then met[other] = {}; orders[#orders + 1] = other end
        local theirs = met[other]
        theirs[#theirs + 1] = subjects[from + i - 1]
      end
    end
  end
  return met, orders
end

-- Reads one counter of many orders, at least one order.
local function counters(key, orders)
  local found = {}
  for from = 1, #orders, CHUNK do
    local some = redis.call('HMGET', key, unpack(orders, from, math.min(from + CHUNK - 1, #orders)))
    for i, value in ipairs(some) do found[orders[from + i - 1]] = tonumber(value or 0) end
  end
  return found
end

-- Adds to one counter of many orders; what becomes 0 is removed. Returns those; one that was never counted is not.
local function add(key, amounts)
  local orders, set, gone = {}, {}, {}
  for order in pairs(amounts) do orders[#orders + 1] = order end
  local old = counters(key, orders)
  for _, order in ipairs(orders) do
    local new = old[order] + amounts[order]
    if new > 0 then
      set[#set + 1] = order; set[#set + 1] = new
    elseif old[order] > 0 then
      gone[#gone + 1] = order
    end
  end
  in_chunks('HSET', key, set)
  in_chunks('HDEL', key, gone)
  return gone
end

-- The orders that stand in the way of joining: too many met, or one with too many behind it already. Reads only.
local function too_many(family, orders, most)
  if #orders > most then return orders end
  for order, followers in pairs(counters(followers_key(family), orders)) do
    if followers >= most then return {order} end
  end
  return nil
end

local function pairs_of(subjects, id)
  local flat = {}
  for i, subject in ipairs(subjects) do flat[2 * i - 1] = subject; flat[2 * i] = id end
  return flat
end

-- Joins at the end of all lines. An order that does not wait (it changes the one before it) is not counted as waiting.
local function join(id, family, subjects, met, orders, waits)
  in_chunks('HSET', line_key(family), pairs_of(subjects, id))
  if #orders == 0 then return end
  local ahead, followed = {}, {}
  for _, other in ipairs(orders) do
    in_chunks('HSET', order_key(other) .. ':behind', pairs_of(met[other], id))
    for _, subject in ipairs(met[other]) do ahead[#ahead + 1] = subject; ahead[#ahead + 1] = other end
    followed[other] = 1
  end
  in_chunks('HSET', order_key(id) .. ':ahead', ahead)
  if waits then redis.call('HSET', waiting_key(family), id, #ahead / 2) end
  add(followers_key(family), followed)
end

local function neighbours(id, side)
  local flat, by_subject, by_order = redis.call('HGETALL', order_key(id) .. ':' .. side), {}, {}
  for i = 1, #flat, 2 do
    by_subject[flat[i]] = flat[i + 1]
    local theirs = by_order[flat[i + 1]] or {}
    theirs[#theirs + 1] = flat[i]
    by_order[flat[i + 1]] = theirs
  end
  return by_subject, by_order
end

-- For one neighbour: points it, for the subjects it shared with us, to whoever stood on our other side.
local function relink(key, subjects, other_side)
  local set, gone = {}, {}
  for _, subject in ipairs(subjects) do
    if other_side[subject] then
      set[#set + 1] = subject; set[#set + 1] = other_side[subject]
    else
      gone[#gone + 1] = subject
    end
  end
  in_chunks('HSET', key, set)
  in_chunks('HDEL', key, gone)
end

local function leave_tail(family, subjects, ahead, behind)
  local mine = {}
  for _, subject in ipairs(subjects) do
    if not behind[subject] then mine[#mine + 1] = subject end
  end
  relink(line_key(family), mine, ahead)
end

local function without(subjects, ahead)
  local free = 0
  for _, subject in ipairs(subjects) do if not ahead[subject] then free = free + 1 end end
  return free
end

-- For each of the orders behind us: the orders directly before it.
local function before_each(orders_behind)
  local before = {}
  for other in pairs(orders_behind) do
    before[other] = {}
    for _, each in ipairs(redis.call('HVALS', order_key(other) .. ':ahead')) do before[other][each] = true end
  end
  return before
end

-- How many more followers an order before us has once we are gone: ours for the subjects that it shares with us, but
-- for those that follow it already, for others.
local function followers_moved(other, subjects, behind, before)
  local seen, moved = {}, -1
  for _, subject in ipairs(subjects) do
    local follower = behind[subject]
    if follower and not seen[follower] and not before[follower][other] then
      seen[follower] = true
      moved = moved + 1
    end
  end
  return moved
end

-- Leaves all lines, joining our neighbours, and returns the orders that became first everywhere.
local function leave(id, family, subjects)
  local ahead, orders_ahead = neighbours(id, 'ahead')
  local behind, orders_behind = neighbours(id, 'behind')
  local followed, came_forward = {}, {}
  local before = next(orders_ahead) and before_each(orders_behind) or {}
  leave_tail(family, subjects, ahead, behind)
  for other, shared in pairs(orders_ahead) do
    relink(order_key(other) .. ':behind', shared, behind)
    followed[other] = followers_moved(other, shared, behind, before)
  end
  for other, shared in pairs(orders_behind) do
    relink(order_key(other) .. ':ahead', shared, ahead)
    came_forward[other] = -without(shared, ahead)
  end
  add(followers_key(family), followed)
  redis.call('HDEL', followers_key(family), id)
  redis.call('HDEL', waiting_key(family), id)
  redis.call('HDEL', P .. 'first', id)
  redis.call('DEL', order_key(id) .. ':ahead', order_key(id) .. ':behind')
  return add(waiting_key(family), came_forward)
end

-- Orders that became first are due now; XX: only those that still wait to be sent.
local function due_now(orders)
  local flat, since = {}, {}
  for i, id in ipairs(orders) do
    flat[2 * i - 1] = ms(T); flat[2 * i] = id
    since[2 * i - 1] = id; since[2 * i] = ms(T)
  end
  if #flat > 0 then redis.call('ZADD', P .. 'due:submit', 'XX', unpack(flat)) end
  in_chunks('HSET', P .. 'first', since)
end
