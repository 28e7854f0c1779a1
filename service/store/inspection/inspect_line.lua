-- Holds the lines of one order against its links, for a page of its subjects; what an order that stands in no line
-- has left there, at once.
-- KEYS[1] the record   ARGV[3] mend or look, [4] id, [5] subjects before the page, [6] most subjects of a page
-- Answers {subjects before the next page or 0, finding ...} (differ.lua)
local id, key, start, most = ARGV[4], KEYS[1], tonumber(ARGV[5]), tonumber(ARGV[6])
local STEPS = 100  -- of a line that are walked to see whether it goes in circles
local r = values(key, {'state', 'family', 'origin', 'lined', 'line_until', 'subjects', 'numbers', 'amends', 'created_at',
  'joined_at', 'aside_since'})

local function fields(hash, subjects)
  return #subjects > 0 and values(hash, subjects) or {}
end

-- Groups the page's subjects by the neighbour on one side.
local function by_neighbour(side)
  local grouped = {}
  for subject, other in pairs(side) do
    if other then
      grouped[other] = grouped[other] or {}
      table.insert(grouped[other], subject)
    end
  end
  return grouped
end

-- Whether whoever stands before us comes after us, which only one that came no earlier than we did can do.
local function goes_in_circles(other, subject)
  local came = came_at(values(order_key(other), {'created_at', 'joined_at'}))
  if not came or came < came_at(r) then return false end
  for _ = 1, STEPS do
    other = redis.call('HGET', order_key(other) .. ':ahead', subject)
    if not other or other == id then return other == id end
  end
  return false
end

-- The neighbours on one side must name us on their other side.
local function check_mutual(side, linked, opposite)
  for other, subjects in pairs(by_neighbour(linked)) do
    local theirs, broken = fields(order_key(other) .. ':' .. opposite, subjects), {}
    for _, subject in ipairs(subjects) do
      if theirs[subject] ~= id or side == 'ahead' and goes_in_circles(other, subject) then broken[#broken + 1] = subject end
    end
    if #broken > 0 then
      differs_in_line(key .. ':' .. side, 'It names order ' .. other .. ', which does not stand there.',
        r.family, broken)
    end
  end
end

local function check_tails(subjects, behind)
  local tails = fields(line_key(r.family), subjects)
  for _, subject in ipairs(subjects) do
    if not behind[subject] and tails[subject] ~= id then
      differs_in_line(line_key(r.family), 'For ' .. subject .. ' it names ' .. (tails[subject] or 'no order')
        .. ' as the last, but nobody stands behind order ' .. id .. '.', r.family, {subject})
    elseif behind[subject] and tails[subject] == id then
      differs_in_line(line_key(r.family), 'For ' .. subject .. ' it names order ' .. id
        .. ' as the last, but another stands behind.', r.family, {subject})
    end
  end
end

-- It must have no neighbours but for its own subjects.
local function check_strange(subjects)
  local own = {}
  for _, subject in ipairs(subjects) do own[subject] = true end
  for _, side in ipairs({'ahead', 'behind'}) do
    local strange = {}
    for _, subject in ipairs(redis.call('HKEYS', key .. ':' .. side)) do
      if not own[subject] then strange[#strange + 1] = subject end
    end
    if #strange > 0 then
      differs_in_line(key .. ':' .. side, 'It has neighbours for what is not in the order.', r.family, strange)
    end
  end
end

local function check_counter(name, right)
  local counter = line_key(r.family) .. ':' .. name
  local says = tonumber(redis.call('HGET', counter, id) or 0) or -1
  if says ~= right then
    differs(counter, 'For order ' .. id .. ' it says ' .. says .. ', the links say ' .. right .. '.',
      'counts its links anew', function() recount(id, r) end)
  end
end

local function check_standing(subjects)
  local page = {}
  for i = start + 1, math.min(start + most, #subjects) do page[#page + 1] = subjects[i] end
  local ahead, behind = fields(key .. ':ahead', page), fields(key .. ':behind', page)
  check_mutual('ahead', ahead, 'behind')
  check_mutual('behind', behind, 'ahead')
  check_tails(page, behind)
  if start == 0 then
    check_strange(subjects)
    check_counter('waiting', waiting_of(id, r))
    check_counter('followers', followers_of(id))
  end
  return start + #page < #subjects and start + #page or 0
end

-- The subjects for which something of an order that stands in no line is left.
local function left_over()
  local left = {}
  local function add_to(subject) left[#left + 1] = subject end
  for _, side in ipairs({'ahead', 'behind'}) do
    for _, subject in ipairs(redis.call('HKEYS', key .. ':' .. side)) do add_to(subject) end
  end
  for subject, last in pairs(last_of(r.family, subjects_of(r))) do
    if last == id then add_to(subject) end
  end
  return left
end

local function check_not_standing()
  local left = left_over()
  local counted = redis.call('HEXISTS', waiting_key(r.family), id) + redis.call('HEXISTS', followers_key(r.family), id)
    + redis.call('HEXISTS', P .. 'first', id)
  if #left + counted > 0 or r.lined or r.line_until then
    local says = STEP[r.state] and 'It has left its lines' or 'It has ended (' .. r.state .. ')'
    differs_in_line(key, says .. ', and something of it still stands there.', r.family, left, id)
  end
end

if not (r.state and r.family and r.origin and r.created_at) then return {0} end
local subjects, following = subjects_of(r), 0
-- Only what Bandwidth has, or may have, stands aside.
local is_unsent = r.state == 'accepted' or r.state == 'held' or r.state == 'submitting'
if r.aside_since and (r.lined or is_unsent) then
  differs(key, 'It says that it has stepped aside, but ' .. (r.lined and 'stands in its lines.' or 'is to be sent.'),
    'has it say so no longer', function() redis.call('HDEL', key, 'aside_since') end)
  r.aside_since = false
end
if STEP[r.state] and r.origin == 'api' and r.lined ~= '1' and not r.aside_since then
  differs(key, 'It is open and does not know that it stands in its lines.', 'says so, and links its lines anew',
    function() redis.call('HSET', key, 'lined', 1) end)
  differs_in_line(key, 'Its lines cannot be relied on.', r.family, subjects)
elseif is_lined(r) then
  if r.origin == 'external' and not r.line_until then
    differs(key, 'It was placed elsewhere and does not say until when others wait for it.',
      'lets it leave its lines at its next look', function() redis.call('HSET', key, 'line_until', ms(T)) end)
  end
  following = check_standing(subjects)
else
  check_not_standing()
end
return {following, unpack(findings())}
