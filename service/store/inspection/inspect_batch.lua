-- Holds what is kept of batches against their orders and against each other (batches.lua has the keys).
-- KEYS[1] the key   ARGV[3] mend or look, [4] what it is: record | block | part | plan | waiting | orders | listed |
--   ended | due, [5] the batch's id, or '', [6 ...]
--   record: a lease in ms, the states that are ends, packed; block: its number, the ids of its orders
--   part: which; else members
-- Answers findings (differ.lua)
local key, what, id = KEYS[1], ARGV[4], ARGV[5]
local rest = {unpack(ARGV, 6)}
local PLAN_MS = 3600 * 1000  -- for which a plan lives without being committed
local NUMBERS = {'numbers:complete', 'numbers:failed', 'numbers:other'}
local inspect = {}

local function take_out(command, member, why)
  differs(key, 'It names ' .. member .. ', ' .. why .. '.', 'takes it out',
    function() redis.call(command, key, member) end)
end

local function tallied()
  local counts, flat = {}, redis.call('HGETALL', key .. ':tally')
  for i = 1, #flat, 2 do
    local of = string.match(flat[i], ':(.*)')
    counts[of] = (counts[of] or 0) + tonumber(flat[i + 1])
  end
  return counts
end

-- Its end, and how many of its orders have none.
local function check_left(b, counts, ends)
  local left = b.planned - tonumber(b.refused or 0)
  for _, state in ipairs(split(ends)) do left = left - (counts[state] or 0) end
  if tonumber(b.left or nil) ~= left then
    differs(key, 'It says that ' .. (b.left or 'none') .. ' of its orders have not ended, their count says ' .. left .. '.',
      'counts them anew', function() redis.call('HSET', key, 'left', left) end)
  end
  if left == 0 and not b.ended_at then
    differs(key, 'All its orders have ended, and it does not say when.', 'lets it end now', function()
      redis.call('HSET', key, 'ended_at', ms(T))
      redis.call('ZADD', P .. 'batches:ended', ms(T), id)
      tell('batch.completed', id, b.kind, 'ended', 1)
    end)
  elseif left > 0 and b.ended_at then
    differs(key, 'It says that it has ended, and some of its orders have not.', 'lets it go on', function()
      redis.call('HDEL', key, 'ended_at')
      redis.call('ZREM', P .. 'batches:ended', id)
    end)
  end
end

local function check_lists(b, lease)
  if not redis.call('ZSCORE', P .. 'batches', id) then
    differs(P .. 'batches', 'It lacks batch ' .. id .. '.', 'adds it', function() redis.call('ZADD', P .. 'batches', 0, id) end)
  end
  local score = redis.call('ZSCORE', P .. 'batches:ended', id)
  if b.ended_at and tonumber(score or nil) ~= tonumber(b.ended_at) then
    differs(P .. 'batches:ended', 'It lacks batch ' .. id .. ' with the time of its end.', 'adds it',
      function() redis.call('ZADD', P .. 'batches:ended', b.ended_at, id) end)
  end
  local at, due = next_planned(id), tonumber(redis.call('ZSCORE', P .. 'due:batch', id) or nil)
  -- whoever works on it has pushed it on by one lease at most
  if at and not (due and due <= math.max(at, T + lease)) then
    differs(P .. 'due:batch', 'It does not ring for the planned orders of batch ' .. id .. ' in time.',
      'brings it to the next of them', function() redis.call('ZADD', P .. 'due:batch', ms(at), id) end)
  end
end

function inspect.record()
  local b = values(key, {'kind', 'planned', 'refused', 'left', 'ended_at', 'idempotency'})
  if not b.planned then return end
  local counts, lease, ends = tallied(), tonumber(rest[1]), rest[2]
  check_lists(b, lease)
  check_left(b, counts, ends)
  local known = redis.call('ZCARD', key .. ':orders') + (counts.purged or 0) + tonumber(b.refused or 0)
    + redis.call('HLEN', key .. ':plan')
  if known ~= tonumber(b.planned) then
    differs(key, 'Of its ' .. b.planned .. ' orders, ' .. known .. ' are known.',
      'a person must decide: if the missing ones stay so, send their rows again')
  end
  local named = P .. 'idempotency:' .. (b.idempotency or '')
  if redis.call('HGET', named, 'order') ~= id then
    differs(named, 'It does not name batch ' .. id .. ', which was made by it.',
      'a person must know: the same request again makes a second batch')
  end
end

local function counted(ids)
  local counts = {}
  local function add_to(name, amount) counts[name] = (counts[name] or 0) + amount end
  for _, each in ipairs(ids) do
    local r = values(order_key(each), {'state', 'batch', 'numbers', 'completed_numbers', 'failed_numbers'})
    if r.state and r.batch == id then
      local complete, failed = tonumber(r.completed_numbers or 0), tonumber(r.failed_numbers or 0)
      add_to(r.state, 1)
      add_to(NUMBERS[1], complete)
      add_to(NUMBERS[2], failed)
      if not STEP[r.state] then add_to(NUMBERS[3], #split(r.numbers or '') - complete - failed) end
    end
  end
  return counts
end

-- What a block of its orders adds up to. Of one from which orders were purged, all have ended: it changes no more.
function inspect.block()
  local block, tallies = rest[1], key .. ':tally'
  if redis.call('EXISTS', key) == 0 or redis.call('HEXISTS', tallies, block .. ':purged') == 1 then return end
  local right, flat, says = counted({unpack(rest, 2)}), redis.call('HGETALL', tallies), {}
  for i = 1, #flat, 2 do
    local of, name = string.match(flat[i], '^(%d+):(.*)')
    if of == block then says[name] = tonumber(flat[i + 1]); right[name] = right[name] or 0 end
  end
  for name, amount in pairs(right) do
    if (says[name] or 0) ~= amount then
      differs(tallies, 'It says ' .. (says[name] or 0) .. ' for ' .. block .. ':' .. name .. ', its orders say ' .. amount .. '.',
        'counts them anew', function() redis.call('HSET', tallies, block .. ':' .. name, amount) end)
    end
  end
end

-- A part of a batch that is none, or is not committed, must expire; of one that is, it must not.
function inspect.part()
  local ttl, committed = redis.call('PTTL', key), redis.call('EXISTS', batch_key(id)) == 1
  if ttl == -2 then return end
  local planned = rest[1] == 'plan' or rest[1] == 'waiting' or rest[1] == 'errors'
  if committed and ttl >= 0 then
    differs(key, 'It expires, and its batch is committed.', 'keeps it', function() redis.call('PERSIST', key) end)
  elseif not committed and not planned then
    differs(key, 'Its batch has no record.', 'a person must decide: restore the batch, or delete this')
  elseif not committed and ttl == -1 then
    differs(key, 'Its batch has no record, and it never expires.', 'lets it expire in an hour',
      function() redis.call('PEXPIRE', key, PLAN_MS) end)
  end
end

function inspect.plan(place)
  local waiting = batch_key(id) .. ':waiting'
  if redis.call('HEXISTS', key, place) == 1 and not redis.call('ZSCORE', waiting, place) then
    differs(waiting, 'It lacks ' .. place .. ', which is planned.', 'adds it', function()
      redis.call('ZADD', waiting, 0, place)
    end)
  end
end

function inspect.waiting(place)
  if redis.call('ZSCORE', key, place) and redis.call('HEXISTS', batch_key(id) .. ':plan', place) == 0 then
    take_out('ZREM', place, 'which is not planned')
  end
end

function inspect.orders(order)
  local made_for = redis.call('HGET', order_key(order), 'batch')
  if redis.call('ZSCORE', key, order) and made_for ~= id then
    take_out('ZREM', order, made_for and 'which was made for batch ' .. made_for or 'which was made for no batch')
  end
end

function inspect.listed(batch)
  if redis.call('ZSCORE', key, batch) and redis.call('EXISTS', batch_key(batch)) == 0 then
    take_out('ZREM', batch, 'which has no record')
  end
end

function inspect.ended(batch)
  if redis.call('ZSCORE', key, batch) and not redis.call('HGET', batch_key(batch), 'ended_at') then
    take_out('ZREM', batch, 'which has not ended')
  end
end

inspect.due = inspect.listed

if what == 'record' or what == 'block' or what == 'part' then
  inspect[what]()
else
  for _, each in ipairs(rest) do inspect[what](each) end
end
return findings()
