-- Orders that step aside for those behind them: what Bandwidth has, or may have, leaves its lines; what is not sent takes
-- the last place in them. Whoever has left and is to be sent after all joins their end. Used by act.lua and report.lua,
-- whose reports have besides: most (orders that it may meet in its lines), safety_ms (look at a held order)
--   record: aside_since, while it stands in no line; joined_at, once it stands there by another time than `created_at`
local WORK = 900  -- calls that going from one place to another may take: what else its script does has room beside them

local function place_of(r)
  local place = values(order_key(r.id), {'family', 'subjects', 'numbers', 'amends'})
  return place.family, split(place.subjects or place.numbers), place.amends
end

-- Whether somebody waits for it directly behind: one that changes an order, or was placed elsewhere, does not wait.
local function is_waited_for(r)
  if not r.lined then return false end
  local behind = redis.call('HVALS', order_key(r.id) .. ':behind')
  for _, subjects in pairs(counters(waiting_key((place_of(r))), behind)) do
    if subjects > 0 then return true end
  end
  return false
end

-- Whether the order that changes it stands in line behind it: others may wait for that one, and it for this one's id.
local function is_being_changed(r)
  local change = r.amended_by and values(order_key(r.amended_by), {'state', 'lined'})
  return change and STEP[change.state] and change.lined
end

-- Why it cannot step aside, as a reply, or nil.
local function stays(r)
  if is_being_changed(r) then return {'amended', r.state, r.amended_by} end
  if not is_waited_for(r) then return {'alone', r.state} end
end

-- Whether it has stepped aside and is to be sent now: it must join its lines before. Only reports that tell `most` are of
-- orders that may have.
local function comes_back(r, report)
  return report.most and report.state == 'accepted' and report.from[r.state] and not r.lined and r.origin == 'api'
end

-- The orders that it would meet at the end of its lines: where it is the last now, whoever stands before it. Reads only.
local function last_but(id, family, subjects)
  local met, orders = meet(family, subjects)
  local mine, others, seen = met[id] or {}, {}, {[id] = true}
  local function see(other)
    if other and not seen[other] then seen[other] = true; others[#others + 1] = other end
  end
  for _, other in ipairs(orders) do see(other) end
  for from = 1, #mine, CHUNK do
    local ahead = redis.call('HMGET', order_key(id) .. ':ahead', unpack(mine, from, math.min(from + CHUNK - 1, #mine)))
    for _, other in ipairs(ahead) do see(other) end
  end
  return others
end

local function how_many(by_order)
  local many = 0
  for _ in pairs(by_order) do many = many + 1 end
  return many
end

-- How many calls it takes to leave its place and join behind these others. Of an order behind us one link goes, or, where
-- others stand before us, it is read and two links change. Reads only.
local function work_of_moving(id, others)
  local ahead = how_many(select(2, neighbours(id, 'ahead')))
  local behind = how_many(select(2, neighbours(id, 'behind')))
  return 2 * ahead + (ahead > 0 and 3 or 1) * behind + #others
end

-- The orders that leave it no room at the end of its lines, or nil. Reads only.
local function crowd_before(r, most)
  local family, subjects = place_of(r)
  local others = last_but(r.id, family, subjects)
  if r.lined and work_of_moving(r.id, others) > WORK then return others end
  return too_many(family, others, most)
end

-- Joins the end of its lines, and has the report say in which state it stands there.
local function join_last(r, report)
  local family, subjects, amends = place_of(r)
  local met, orders = meet(family, subjects)
  join(r.id, family, subjects, met, orders, not amends)
  redis.call('HSET', order_key(r.id), 'lined', 1)
  r.lined = '1'
  report.set.joined_at, report.set.aside_since = ms(T), false
  if #orders > 0 and not amends then report.state = 'held' end
end

-- When a held order is looked at, should its turn have been missed.
local function look_while_held(r, safety_ms)
  look_at(r.id, r.state, math.max(T + safety_ms, tonumber(redis.call('HGET', order_key(r.id), 'not_before') or 0)))
end
