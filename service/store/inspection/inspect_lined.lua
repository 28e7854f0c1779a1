-- Holds some fields of a line, or of one of its counters, against the records that they name.
-- KEYS[1] the hash   ARGV[3] mend or look, [4] family, [5] tails | counter, [6 ...] the fields
-- Answers findings (differ.lua)
local key, family, holds = KEYS[1], ARGV[4], ARGV[5]

-- What is wrong with an order in a line of the family, or nil.
local function wrong_with(id, r, subject)
  if is_gone(id, r) then return 'has no record' end
  -- whoever has lost its state keeps its place until a person has decided
  if not r.state then return nil end
  if not STEP[r.state] then return 'has ended' end
  if r.family ~= family then return 'stands in lines of another family' end
  if r.lined ~= '1' then return 'stands in no line' end
  if subject and not names(r.subjects or r.numbers, subject) then return 'is not about it' end
end

for i = 6, #ARGV do
  local field = ARGV[i]
  local id = holds == 'tails' and redis.call('HGET', key, field) or field
  local r = values(order_key(id), {'state', 'family', 'lined', 'subjects', 'numbers'})
  if holds == 'tails' then
    local wrong = redis.call('HEXISTS', key, field) == 1 and wrong_with(id, r, field)
    if wrong then
      differs_in_line(key, 'For ' .. field .. ' it names order ' .. id .. ', which ' .. wrong .. '.', family, {field})
    end
  elseif redis.call('HEXISTS', key, id) == 1 and (is_gone(id, r) or r.state and r.family ~= family) then
    differs(key, 'It counts for order ' .. id .. ', which ' .. wrong_with(id, r) .. '.', 'takes it out',
      function() redis.call('HDEL', key, id) end)
  end
end
return findings()
