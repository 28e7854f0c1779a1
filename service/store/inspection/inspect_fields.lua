-- Holds some members of the notes about orders to be done against what they are about.
-- KEYS[1] the key   ARGV[3] mend or look, [4] which notes: adopt | tries | tn | unindexed | orphans | purging,
--   [5 ...] members
-- Answers findings (differ.lua)
local key, inspect = KEYS[1], {}

-- An order placed elsewhere that we know is fetched no more (learn.lua).
function inspect.adopt(member)
  local kind, bandwidth_order_id = string.match(member, '^([^/]+)/(.+)$')
  if not redis.call('ZSCORE', key, member) then return end
  local function forget_it() adopt_no_more(member) end
  if not kind then return differs(key, member .. ' is no KIND/ID.', 'takes it out', forget_it) end
  local id = redis.call('GET', P .. 'bandwidth:' .. bandwidth_order_id)
  local known = id and redis.call('HGET', order_key(id), 'kind') == kind
  if known and redis.call('EXISTS', P .. 'orphan:' .. bandwidth_order_id) == 0 then
    differs(key, 'It is to fetch ' .. member .. ', which is known as order ' .. id .. '.', 'takes it out', forget_it)
  end
end

function inspect.tries(member)
  if redis.call('HEXISTS', key, member) == 1 and not redis.call('ZSCORE', P .. 'due:adopt', member) then
    differs(key, 'It counts the tries of ' .. member .. ', which is not to be fetched.', 'takes it out',
      function() redis.call('HDEL', key, member) end)
  end
end

-- The records of orders that some numbers name, read once.
local records = {}
local function record_named(id)
  records[id] = records[id] or values(order_key(id), {'state', 'numbers'})
  return records[id]
end

function inspect.tn(number)
  local id = redis.call('HGET', key, number)
  if not id then return end
  local r, why = record_named(id), nil
  if is_gone(id, r) then
    why = not was_merged(id, number) and 'has no record'
  elseif r.state and not names(r.numbers, number) then
    why = 'does not name the number'
  end
  if why then
    differs(key, 'For ' .. number .. ' it holds order ' .. id .. ', which ' .. why .. '.', 'takes it out',
      function() redis.call('HDEL', key, number) end)
  end
end

function inspect.unindexed(member)
  if redis.call('HEXISTS', key, member) == 1 and redis.call('EXISTS', order_key(member)) == 0 then
    differs(key, 'It names order ' .. member .. ', which has no record.', 'takes it out',
      function() redis.call('HDEL', key, member) end)
  end
end

-- What has expired is taken out by whoever comes next (orphans.lua).
function inspect.orphans(member)
  local at = tonumber(redis.call('ZSCORE', key, member) or nil)
  if at and at + ORPHAN_MS > T and redis.call('EXISTS', P .. member) == 0 then
    differs(key, 'It names ' .. member .. ', which keeps no callbacks.', 'takes it out',
      function() sweep_orphans({member}) end)
  end
end

function inspect.purging(member)
  local state = redis.call('HGET', order_key(member), 'state')
  if redis.call('HEXISTS', key, member) == 0 or state and not STEP[state] then return end
  differs(key, 'It names order ' .. member .. ', which ' .. (state and 'is ' .. state or 'has no record') .. '.',
    'takes it out', function() redis.call('HDEL', key, member) end)
end

for i = 5, #ARGV do inspect[ARGV[4]](ARGV[i]) end
return findings()
