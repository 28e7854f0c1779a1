-- Purges an ended order: its numbers leave the search index, chunk by chunk; the last chunk takes everything else along
-- and leaves a tombstone. Until then the record stands, and `purging` says how far it came.
-- KEYS[1] the record   ARGV[3] id, [4] ms that ended orders are kept, [5] the states that are ends, packed,
--   [6] ms that a tombstone stands, [7] most numbers at once
-- Answers 'purged' | 'more' | 'kept' (it is not to be purged now) | 'gone'
local id, keep_ms, stands_ms, most = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[6]), tonumber(ARGV[7])
local key, purging = KEYS[1], P .. 'purging'
local r = read_ended(id)

-- Takes the next numbers out of the search index. Returns whether some are left.
local function leave_numbers(done)
  local numbers = split(r.numbers or '')
  local last = math.min(done + most, #numbers)
  -- with those that were merged into it (learn.lua)
  unindex(split(id .. ' ' .. (r.merged or '')), numbers, done + 1, last)
  -- what is indexed from here on would stay
  redis.call('HDEL', P .. 'unindexed', id)
  if last < #numbers then redis.call('HSET', purging, id, last) end
  return last < #numbers
end

local function leave_indexes()
  for _, set in ipairs({'orders', 'orders:' .. r.kind, 'orders:' .. r.state, 'orders:' .. r.kind .. ':' .. r.state,
    'reference:' .. reference_of(id, r), 'ended'}) do
    redis.call('ZREM', P .. set, id)
  end
  redis.call('HDEL', purging, id)
  if r.amends and redis.call('HGET', order_key(r.amends), 'amended_by') == id then
    redis.call('HDEL', order_key(r.amends), 'amended_by')
  end
  if r.batch then
    redis.call('ZREM', P .. 'batch:' .. r.batch .. ':orders', id)
    tally(r, 'purged', 1)
  end
  local named = r.idempotency and P .. 'idempotency:' .. r.idempotency
  if named and redis.call('HGET', named, 'order') == id then redis.call('DEL', named) end
end

-- Callbacks that come late find the tombstone by any id that Bandwidth has for the order.
local function leave_tombstones()
  local tombstone = P .. 'tombstone:' .. id
  redis.call('HSET', tombstone, 'kind', r.kind, 'state', r.state, 'completed_at', r.completed_at, 'purged_at', ms(T))
  redis.call('PEXPIRE', tombstone, stands_ms)
  for _, each in ipairs(split((r.bandwidth_order_id or '') .. ' ' .. (r.second_ids or ''))) do
    local pointer = P .. 'bandwidth:' .. each
    if redis.call('GET', pointer) == id then
      redis.call('DEL', pointer)
      redis.call('SET', P .. 'tombstone-bandwidth:' .. each, id, 'PX', stands_ms)
    end
  end
end

if not r.state then
  redis.call('ZREM', P .. 'ended', id)
  redis.call('HDEL', purging, id)
  return 'gone'
end
local done = redis.call('HGET', purging, id)
local goes_on = done and r.kind and r.completed_at and ends(r.state, ARGV[5])
if not goes_on and not is_ripe(r, keep_ms, ARGV[5]) then return 'kept' end
if leave_numbers(tonumber(done or 0)) then return 'more' end
leave_indexes()
leave_tombstones()
redis.call('UNLINK', key, key .. ':outcomes', key .. ':timeline', key .. ':seen', key .. ':documents')
count('purged')
return 'purged'
