-- What the inspecting scripts find: gathered while they read, mended by the same script when it has read everything.
-- ARGV[3] 'mend' or 'look'. A finding is {key, what is wrong, what a repair does, outcome, subjects, order to unline}:
--   outcome: mendable | mended | left (a person must decide) | line: mended by relink.lua, subject by subject, and
--   then, where an order is named, by unline.lua. Subjects are packed; they stand in the line of `family`.
local found, mends = {}, {}

-- Notes a difference; without `mend` it is for a person.
local function differs(key, wrong, repair, mend)
  local outcome = mend and (ARGV[3] == 'mend' and 'mended' or 'mendable') or 'left'
  found[#found + 1] = {key, wrong, repair, outcome, '', '', ''}
  mends[#mends + 1] = mend
end

-- Notes a difference in a line; `unline`: the order that stands there and must not, or ''.
local function differs_in_line(key, wrong, family, subjects, unline)
  found[#found + 1] = {key, wrong, 'links the line anew, in the sequence in which its open orders came', 'line',
    family, table.concat(subjects, ' '), unline or ''}
end

-- Mends where that was asked for. Returns what was found.
local function findings()
  if ARGV[3] == 'mend' then
    for _, mend in ipairs(mends) do mend() end
  end
  return found
end

-- Whether an order may stand in lines at all.
local function is_lined(r) return STEP[r.state] and r.lined == '1' end

-- Whether an order has no record; of one that has lost its state its own inspection tells.
local function is_gone(id, r) return not r.state and redis.call('EXISTS', order_key(id)) == 0 end

-- An order placed elsewhere waits for nobody, and one that changes another does not wait for that one.
local function waits_in_line(r) return r.origin ~= 'external' and not r.amends end

-- When it took its place in its lines: whoever has stepped aside, later than it came.
local function came_at(r) return tonumber(r.joined_at or r.created_at or nil) end

local function subjects_of(r) return split(r.subjects or r.numbers or '') end

local function names(packed, word)
  return packed and string.find(' ' .. packed .. ' ', ' ' .. word .. ' ', 1, true) ~= nil
end

local function reference_of(id, r)
  if r.customer_order_id then return string.match(r.customer_order_id, '^%s*(.-)%s*$') end
  return r.origin ~= 'external' and id or nil
end
