-- Links the line of one subject anew: its open orders, those that are linked as they are, else in the sequence in which
-- they joined it.
-- KEYS[1] the line (lines.lua)   ARGV[3] family, [4] subject, [5] orders that may stand in it, packed
-- Whoever is linked to one of these, or is the last, is found besides: an order that has just joined is one of them.
-- Answers how many stand in it, or -1: too many are linked to do it at once, or one has lost its state.
local family, subject, MOST = ARGV[3], ARGV[4], 100
local visited, queue, records, standing = {}, split(ARGV[5]), {}, {}

-- Returns whether it may be judged.
local function visit(id)
  local key = order_key(id)
  local r = values(key, {'state', 'family', 'origin', 'lined', 'subjects', 'numbers', 'amends', 'created_at', 'joined_at'})
  r.ahead = redis.call('HGET', key .. ':ahead', subject)
  r.behind = redis.call('HGET', key .. ':behind', subject)
  if r.ahead then queue[#queue + 1] = r.ahead end
  if r.behind then queue[#queue + 1] = r.behind end
  r.stands = is_lined(r) and r.family == family and names(r.subjects or r.numbers, subject)
  if r.stands then standing[#standing + 1] = id end
  records[id] = r
  return r.state or is_gone(id, r)
end

local function came_before(one, other)
  local here, there = came_at(records[one]), came_at(records[other])
  if here ~= there then return here < there end
  return one < other
end

-- The order directly behind, where both say so and both may stand.
local function next_of(id)
  local other = records[id].behind
  local r = other and records[other]
  return r and r.stands and records[id].stands and r.ahead == id and other or nil
end

-- Keeps what is linked together as it is, for the clock that wrote the times may have been set back.
local function in_sequence()
  local followed, line, placed = {}, {}, {}
  for _, id in ipairs(standing) do
    local other = next_of(id)
    if other then followed[other] = true end
  end
  local function place_from(id)
    while id and not placed[id] do
      placed[id] = true
      line[#line + 1] = id
      id = next_of(id)
    end
  end
  table.sort(standing, came_before)
  for _, id in ipairs(standing) do
    if not followed[id] then place_from(id) end
  end
  -- what goes in circles has no first
  for _, id in ipairs(standing) do place_from(id) end
  return line
end

-- Returns whether the neighbour on one side is another now.
local function link(id, side, neighbour)
  local old = records[id][side]
  if old == neighbour then return false end
  local hash = order_key(id) .. ':' .. side
  if neighbour then redis.call('HSET', hash, subject, neighbour) else redis.call('HDEL', hash, subject) end
  return true
end

local last, seen = redis.call('HGET', KEYS[1], subject), 0
if last then queue[#queue + 1] = last end
while seen < #queue do
  seen = seen + 1
  local id = queue[seen]
  if not visited[id] then
    visited[id] = true
    if #standing >= MOST or not visit(id) then return -1 end
  end
end

standing = in_sequence()
local place = {}
for i, id in ipairs(standing) do place[id] = i end
for id, r in pairs(records) do
  local at = place[id]
  local moved = link(id, 'ahead', at and standing[at - 1] or false)
  moved = link(id, 'behind', at and standing[at + 1] or false) or moved
  if at and moved then recount(id, r) end
end
if #standing > 0 then
  redis.call('HSET', KEYS[1], subject, standing[#standing])
else
  redis.call('HDEL', KEYS[1], subject)
end
return #standing
