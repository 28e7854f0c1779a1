-- Whether an order that Bandwidth tells of is, or may be, one of ours. `order`: adopt.lua's argument.
local LOOKED = 200  -- orders of ours that are looked at
local COMPARED = 20  -- orders of its reference on its first number that are looked at

-- Whether Bandwidth surely has not taken an order's last request.
local function is_unsent(r, not_taken)
  if r.state ~= 'needs_attention' then return r.state == 'accepted' or r.state == 'held' end
  return r.attention and not_taken[cjson.decode(r.attention).why]
end

-- Whether Bandwidth may hold an order of ours under an id that we do not know.
local function may_be_it(id, order)
  local r = values(order_key(id), {'state', 'kind', 'attempts', 'bandwidth_order_id', 'amends', 'attention',
    'uncertain_since'})
  local open = r.state and STEP[r.state] and r.kind == order.kind and not r.amends
  if not open or r.bandwidth_order_id or tonumber(r.attempts or 0) == 0 then return false end
  -- what was uncertain before may have come of an earlier request
  return r.uncertain_since or not is_unsent(r, order.not_taken)
end

-- Looks at those of an index that are in some states.
local function may_be_among(set, states, order)
  local looked = 0
  for _, state in ipairs(states) do
    local sets = {P .. set, P .. 'orders:' .. order.kind .. ':' .. state}
    looked = looked + redis.call('ZINTERCARD', 2, sets[1], sets[2], 'LIMIT', LOOKED + 1)
    if looked > LOOKED then return true end
    for _, id in ipairs(redis.call('ZINTER', 2, sets[1], sets[2])) do
      if may_be_it(id, order) then return true end
    end
  end
  return false
end

-- The orders that stand directly before those that were met, as `meet` groups them.
local function before(met)
  local found = {}
  for id, subjects in pairs(met) do
    for from = 1, #subjects, CHUNK do
      local to = math.min(from + CHUNK - 1, #subjects)
      local ahead = redis.call('HMGET', order_key(id) .. ':ahead', unpack(subjects, from, to))
      for i = 1, to - from + 1 do
        local other = ahead[i]
        if other then
          found[other] = found[other] or {}
          table.insert(found[other], subjects[from + i - 1])
        end
      end
    end
  end
  return found
end

-- Looks at those of its reference, in the states in which an order of ours has no id.
local function may_be_of_reference(order)
  return may_be_among('reference:' .. order.reference, {'submitting', 'uncertain', 'needs_attention', 'accepted'}, order)
end

-- Looks at those that may have stepped aside: they stand in no line, but are about all its numbers.
local function may_be_aside(order)
  local number, states = split(order.record.numbers)[1], {'uncertain', 'needs_attention'}
  if not number then return false end
  for _, state in ipairs(states) do
    local one = one_in(number, {P .. 'orders:' .. order.kind .. ':' .. state})
    if one and may_be_it(one, order) then return true end
  end
  return may_be_among('tn:' .. number, states, order)
end

-- Looks at those that stand in its lines, from the last to the first: every other open order of ours stands in its own.
local function may_be_in_line(order, met)
  local looked = 0
  while next(met) do
    for id in pairs(met) do
      looked = looked + 1
      if looked > LOOKED or may_be_it(id, order) then return true end
    end
    met = before(met)
  end
  return false
end

-- Whether it may be one of ours that does not know its id yet. met: who stands last in its lines (lines.lua)
local function may_be_ours(order, met)
  if order.reference then return may_be_of_reference(order) end
  return may_be_in_line(order, met) or may_be_aside(order)
end

local function has_numbers(id, numbers)
  local wanted, left = {}, 0
  for _, number in ipairs(numbers) do
    if not wanted[number] then wanted[number] = true; left = left + 1 end
  end
  local seen = {}
  for _, number in ipairs(split(redis.call('HGET', order_key(id), 'numbers') or '')) do
    if not wanted[number] then return false end
    if not seen[number] then seen[number] = true; left = left - 1 end
  end
  return left == 0
end

-- Reads an order of ours that Bandwidth holds under another id, or nil.
local function known_otherwise(id, order)
  local r = values(order_key(id), {'kind', 'origin', 'bandwidth_order_id', 'attempts', 'resends', 'customer_order_id'})
  local other = r.bandwidth_order_id and r.bandwidth_order_id ~= order.bandwidth_order_id
  return other and r.origin == 'api' and r.kind == order.kind and r or nil
end

-- Whether its reference is our own id of an order, which nobody else gives.
local function is_by_id(order)
  if not redis.call('ZSCORE', P .. 'reference:' .. order.reference, order.reference) then return false end
  local r = known_otherwise(order.reference, order)
  return r and not r.customer_order_id and tonumber(r.attempts or 0) > 0
end

-- The order of ours of which this is a second one at Bandwidth, or nil. A client's own reference is not unique: by it
-- only an order that was sent again, with the same numbers, is meant.
local function doubled_by(order)
  if not order.reference then return nil end
  if is_by_id(order) then return order.reference end
  local numbers = split(order.record.numbers)
  local sets = {P .. 'reference:' .. order.reference, P .. 'orders:' .. order.kind}
  local alike = redis.call('ZINTER', 3, others_key(numbers[1]), sets[1], sets[2])
  alike[#alike + 1] = one_in(numbers[1], sets)
  table.sort(alike)
  for i = #alike, math.max(1, #alike - COMPARED + 1), -1 do
    local r = known_otherwise(alike[i], order)
    if r and tonumber(r.resends or 0) > 0 and has_numbers(alike[i], numbers) then return alike[i] end
  end
end
