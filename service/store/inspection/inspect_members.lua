-- Holds some members of an index against their records.
-- KEYS[1] the index   ARGV[3] mend or look, [4] what it holds: orders | due | tn | reference | ended,
--   [5] the kind and [6] the state of its orders, or ''; else [5] the step, the number or the reference
--   [7 ...] the members
-- Answers findings (differ.lua)
local key, holds, first, second = KEYS[1], ARGV[4], ARGV[5], ARGV[6]

-- What is wrong with an order in this index, or nil.
local function wrong_with(id, r)
  if holds == 'orders' then
    if first ~= '' and r.kind ~= first then return 'is of kind ' .. r.kind end
    if second ~= '' and r.state ~= second then return 'is ' .. r.state end
  elseif holds == 'due' then
    if STEP[r.state] ~= first then return 'is ' .. r.state end
  elseif holds == 'tn' then
    if not names(r.numbers, first) then return 'does not name the number' end
  elseif holds == 'ended' then
    if STEP[r.state] then return 'is ' .. r.state end
  elseif reference_of(id, r) ~= first then
    return 'was sent with another reference'
  end
end

local function remove(id, why)
  differs(key, 'It holds order ' .. id .. ', which ' .. why .. '.', 'takes it out',
    function() redis.call('ZREM', key, id) end)
end

local wanted = {'state', 'kind', 'origin', 'customer_order_id'}
if holds == 'tn' then wanted[#wanted + 1] = 'numbers' end
for i = 7, #ARGV do
  local id = ARGV[i]
  local score = redis.call('ZSCORE', key, id)
  if score then
    local r = values(order_key(id), wanted)
    local wrong = r.state and r.kind and wrong_with(id, r)
    if is_gone(id, r) and not (holds == 'tn' and was_merged(id, first)) then
      remove(id, 'has no record')
    elseif wrong then
      remove(id, wrong)
    elseif r.state and holds ~= 'due' and holds ~= 'ended' and tonumber(score) ~= 0 then
      differs(key, 'Order ' .. id .. ' has score ' .. score .. ', and all must have 0 to sort by time.',
        'gives it score 0', function() redis.call('ZADD', key, 0, id) end)
    end
  end
end
return findings()
