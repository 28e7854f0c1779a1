-- Holds an order's record against the indexes, the due-sets, the pointers and the orders that it names.
-- KEYS[1] the record   ARGV[3] mend or look, [4] id, [5] a lease in ms, [6] the states that are ends, packed
-- Answers findings (differ.lua)
local id, lease, key = ARGV[4], tonumber(ARGV[5]), KEYS[1]
local KEPT_MS = 30 * 86400 * 1000  -- how long an ended order knows its callbacks and its Idempotency-Key
-- in an ended order
local NEVER = {'lease_until', 'operation', 'secrets', 'waiting', 'announced', 'next_look_at', 'aside_since'}
local r = values(key, {'state', 'kind', 'family', 'origin', 'lined', 'line_until', 'subjects', 'numbers',
  'customer_order_id', 'bandwidth_order_id', 'amends', 'amended_by', 'idempotency', 'next_look_at', 'lease_until',
  'operation', 'secrets', 'waiting', 'announced', 'completed_at', 'updated_at', 'default_outcome',
  'completed_numbers', 'failed_numbers', 'in_turn', 'not_before', 'aside_since', 'retries', 'retried_by',
  'batch', 'schema'})

local function look_now(why, at)
  differs(key, why, 'looks at it ' .. (at > T and 'when a lease would have ended' or 'now'),
    function() look_at(id, r.state, at) end)
end

local function drop(field, why)
  differs(key, why, 'removes it', function() redis.call('HDEL', key, field) end)
end

local function check_indexes()
  for _, each in ipairs({'orders', 'orders:' .. r.kind, 'orders:' .. r.state, 'orders:' .. r.kind .. ':' .. r.state}) do
    local set = P .. each
    if not redis.call('ZSCORE', set, id) then
      differs(set, 'It lacks order ' .. id .. ', which is ' .. r.state .. '.', 'adds it',
        function() redis.call('ZADD', set, 0, id) end)
    end
  end
end

local function is_first_and_held()
  return (r.state == 'held' or r.in_turn) and redis.call('HEXISTS', P .. 'line:' .. (r.family or '') .. ':waiting', id) == 0
end

local function check_due(lease_until)
  local set = P .. 'due:' .. STEP[r.state]
  local score, look = tonumber(redis.call('ZSCORE', set, id) or nil), tonumber(r.next_look_at or nil)
  if not look then return look_now('It is open and has no next look.', T) end
  -- whoever took or claimed it has pushed it on by one lease at most
  local pushed = math.max(T + lease, lease_until)
  local turn = math.max(pushed, is_for_later(r) and tonumber(r.not_before) or 0)
  local latest = is_first_and_held() and turn or math.max(look, pushed)
  local ring = math.min(look, latest)
  if not score then
    differs(set, 'It lacks order ' .. id .. ', which is open (' .. r.state .. ').', 'adds it with its next look',
      function() redis.call('ZADD', set, ms(ring), id) end)
  elseif score > latest then
    differs(set, 'It rings for order ' .. id .. ' only after its next look.', 'brings it to its next look',
      function() redis.call('ZADD', set, ms(ring), id) end)
  end
  local leaves = r.lined and tonumber(r.line_until or nil)
  if leaves and look > math.max(leaves, pushed) then
    look_now('Its next look is after the time at which it must leave its lines.', T)
  end
end

-- The index by end holds it from its end on, and never before.
local function check_end()
  local set, right = P .. 'ended', not STEP[r.state] and r.completed_at
  local score = redis.call('ZSCORE', set, id)
  if tonumber(score or nil) == tonumber(right or nil) or not (right or STEP[r.state]) then return end
  local wrong = not right and 'It holds order ' .. id .. ', which is ' .. r.state .. '.'
    or score and 'Order ' .. id .. ' did not end at ' .. score .. '.'
    or 'It lacks order ' .. id .. ', which has ended (' .. r.state .. ').'
  differs(set, wrong, right and 'gives it the time of its end' or 'takes it out', function()
    if right then redis.call('ZADD', set, right, id) else redis.call('ZREM', set, id) end
  end)
end

local function check_open()
  local lease_until = tonumber(r.lease_until or 0) or math.huge
  if lease_until > T + lease then
    differs(key, 'Its lease is longer than any lease.', 'lets it end in one lease from now', function()
      redis.call('HSET', key, 'lease_until', ms(T + lease))
      look_at(id, r.state, T + lease)
    end)
    lease_until = 0
  end
  check_due(lease_until)
  if r.secrets and (r.state == 'received' or r.state == 'processing') then
    drop('secrets', 'Bandwidth has it, and it still holds its secrets.')
  end
  if redis.call('PTTL', key .. ':seen') >= 0 then
    differs(key .. ':seen', 'The callbacks of an open order expire.', 'keeps them until it has ended',
      function() redis.call('PERSIST', key .. ':seen') end)
  end
end

local function check_ended()
  for _, field in ipairs(NEVER) do
    if r[field] then drop(field, 'It has ended (' .. r.state .. ') and still has ' .. field .. '.') end
  end
  if not r.completed_at then
    differs(key, 'It has ended and does not say when.', 'takes the time of its last change',
      function() redis.call('HSET', key, 'completed_at', r.updated_at or ms(T)) end)
  end
  if redis.call('PTTL', key .. ':seen') == -1 then
    differs(key .. ':seen', 'It has ended, and the callbacks that it knows never expire.',
      'lets them expire in 30 days', function() redis.call('PEXPIRE', key .. ':seen', KEPT_MS) end)
  end
end

local function check_pointer()
  if not r.bandwidth_order_id then return end
  local pointer = P .. 'bandwidth:' .. r.bandwidth_order_id
  local holder = redis.call('GET', pointer)
  if holder == id then return end
  if holder and redis.call('HGET', order_key(holder), 'bandwidth_order_id') == r.bandwidth_order_id then
    return differs(pointer, 'Orders ' .. id .. ' and ' .. holder .. ' both hold this id of Bandwidth\'s.',
      'a person must decide whose it is: look at both at Bandwidth')
  end
  local wrong = holder and 'It names order ' .. holder .. ', but order ' .. id .. ' holds this id.'
    or 'It is missing, but order ' .. id .. ' holds this id.'
  differs(pointer, wrong, 'points it to ' .. id, function() redis.call('SET', pointer, id) end)
end

local function check_reference()
  local reference = reference_of(id, r)
  local set = reference and P .. 'reference:' .. reference
  if set and not redis.call('ZSCORE', set, id) then
    differs(set, 'It lacks order ' .. id .. ', which was sent with this reference.', 'adds it',
      function() redis.call('ZADD', set, 0, id) end)
  end
end

-- The order that this one changes must name it, or another that changes it.
local function check_amends()
  if not r.amends then return end
  local target = values(order_key(r.amends), {'state', 'amended_by'})
  if not target.state then
    -- an order placed elsewhere that turned out to be ours takes its last change along, and leaves the ended ones
    if not STEP[r.state] then return end
    return differs(key, 'It changes order ' .. r.amends .. ', which has no record.',
      'a person must decide: cancel it, or restore that order')
  end
  local by = target.amended_by ~= id and target.amended_by
  local other = by and values(order_key(by), {'state', 'amends'})
  local another = other and other.amends == r.amends and (STEP[other.state] or not STEP[r.state])
  if target.amended_by == id or another then return end
  differs(order_key(r.amends), 'It is changed by order ' .. id .. ' and does not say so.', 'names it',
    function() redis.call('HSET', order_key(r.amends), 'amended_by', id) end)
end

local function check_amended_by()
  if not r.amended_by then return end
  local other = values(order_key(r.amended_by), {'state', 'amends'})
  if other.state and not other.amends then
    differs(order_key(r.amended_by), 'It does not say that it changes order ' .. id .. '.', 'says so',
      function() redis.call('HSET', order_key(r.amended_by), 'amends', id) end)
  elseif other.amends ~= id then
    drop('amended_by', 'Order ' .. r.amended_by .. ' does not change it.')
  end
end

local function check_idempotency()
  if not r.idempotency then return end
  local named = P .. 'idempotency:' .. r.idempotency
  local mine, expires = redis.call('HGET', named, 'order') == id, redis.call('PTTL', named) >= 0
  if STEP[r.state] and not mine then
    differs(named, 'It does not name order ' .. id .. ', which is open and was made by it.',
      'a person must know: the same request again makes a second order')
  elseif STEP[r.state] and expires then
    differs(named, 'It expires while its order is open.', 'keeps it until the order has ended',
      function() redis.call('PERSIST', named) end)
  elseif mine and not STEP[r.state] and not expires then
    differs(named, 'Its order has ended, and it never expires.', 'lets it expire in 30 days',
      function() redis.call('PEXPIRE', named, KEPT_MS) end)
  end
end

local function counted()
  local word, outcomes = r.default_outcome and cjson.decode(r.default_outcome).outcome or 'pending',
    redis.call('HVALS', key .. ':outcomes')
  local count = {complete = 0, failed = 0}
  for _, each in ipairs(outcomes) do
    local said = cjson.decode(each).outcome
    if count[said] then count[said] = count[said] + 1 end
  end
  if count[word] then count[word] = count[word] + #split(r.numbers or '') - #outcomes end
  return count
end

local function check_counts()
  for word, right in pairs(counted()) do
    local field = word == 'complete' and 'completed_numbers' or 'failed_numbers'
    if tonumber(r[field] or 0) ~= right then
      differs(key, field .. ' says ' .. (r[field] or 0) .. ', its outcomes say ' .. right .. '.', 'counts them anew',
        function() redis.call('HSET', key, field, right) end)
    end
  end
end

if redis.call('EXISTS', key) == 0 then return {} end
if is_of_later_release(r) then
  differs(key, 'A later version has written it.', 'a person must decide: verify with that version')
  return findings()
end
local ended = names(ARGV[6], r.state or '')
if not (r.kind and r.origin and r.family and (STEP[r.state] or ended)) then
  differs(key, 'Its state, kind, family or origin is missing or unknown.', 'a person must decide: restore the record')
  return findings()
end
check_indexes()
if ended then check_ended() else check_open() end
check_end()
check_pointer()
check_reference()
check_amends()
check_amended_by()
check_retries(id, r)
check_retried_by(id, r)
check_idempotency()
check_membership(id, r.batch)
check_counts()
return findings()
