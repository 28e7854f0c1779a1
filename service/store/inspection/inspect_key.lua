-- Holds a key that tells of one order against that order's record.
-- KEYS[1] the key   ARGV[3] mend or look, [4] what it is: bandwidth | idempotency | part | orphan | expiring,
--   [5] its name: Bandwidth's id, CLIENT:KEY, the order's id, the orphan's in its index or the ms that it is kept,
--   [6] which part; the id that an orphan tells, or ''
-- Answers findings (differ.lua)
local key, name = KEYS[1], ARGV[5]
local inspect = {}

local function delete() redis.call('DEL', key) end

-- Whether the timeline tells that Bandwidth holds a second order for this one, under this id.
local function tells_of(id, bandwidth_order_id)
  local entries = redis.call('LRANGE', order_key(id) .. ':timeline', 0, -1)
  for _, entry in ipairs(entries) do
    if string.find(entry, bandwidth_order_id, 1, true) then return true end
  end
  -- a timeline that has lost entries proves nothing
  return #entries >= 500
end

-- Bandwidth's id: the record holds it, or tells of it as a second one.
function inspect.bandwidth()
  local id = redis.call('GET', key)
  if not id then return end
  local r = values(order_key(id), {'state', 'bandwidth_order_id', 'second_ids'})
  if is_gone(id, r) then
    differs(key, 'It names order ' .. id .. ', which has no record.', 'takes it out', delete)
  elseif r.bandwidth_order_id ~= name and not names(r.second_ids, name)
    and not (r.bandwidth_order_id and tells_of(id, name)) then
    differs(key, 'It names order ' .. id .. ', which Bandwidth calls ' .. (r.bandwidth_order_id or 'nothing yet') .. '.',
      'takes it out', delete)
  end
end

function inspect.idempotency()
  local id = redis.call('HGET', key, 'order')
  if redis.call('EXISTS', key) == 0 then return end
  if id and redis.call('HGET', P .. 'batch:' .. id, 'idempotency') == name then return end
  local r = id and values(order_key(id), {'state', 'idempotency'}) or {}
  if not id or is_gone(id, r) then
    differs(key, 'It names order ' .. (id or '(none)') .. ', which has no record.',
      'a person must decide: without it, the same request again makes a new order')
  elseif r.idempotency ~= name then
    differs(key, 'It names order ' .. id .. ', which was made by another request.',
      'a person must decide: without it, the same request again makes a new order')
  end
end

-- A part of an order of which there is no record: links are taken out of the lines, all else tells what is lost.
function inspect.part()
  if redis.call('EXISTS', order_key(name)) == 1 or redis.call('EXISTS', key) == 0 then return end
  if ARGV[6] ~= 'ahead' and ARGV[6] ~= 'behind' then
    return differs(key, 'Its order has no record.', 'a person must decide: restore the record, or delete this')
  end
  local family
  for _, other in ipairs(redis.call('HVALS', key)) do
    family = family or redis.call('HGET', order_key(other), 'family')
  end
  if not family then return differs(key, 'It links an order that has no record.', 'takes it out', delete) end
  differs_in_line(key, 'It links an order that has no record.', family, redis.call('HKEYS', key), name)
end

function inspect.orphan()
  local ttl, set = redis.call('PTTL', key), P .. 'orphans'
  if ttl == -2 then return end
  if not redis.call('ZSCORE', set, name) then
    differs(set, 'It lacks ' .. name .. ', which keeps callbacks.', 'adds it', function()
      redis.call('ZADD', set, ms(ttl < 0 and T or T + ttl - ORPHAN_MS), name)
    end)
  end
  local id = ARGV[6] ~= '' and redis.call('GET', P .. 'bandwidth:' .. ARGV[6])
  local r = id and values(order_key(id), {'bandwidth_order_id', 'second_ids'}) or {}
  if r.bandwidth_order_id == ARGV[6] or names(r.second_ids, ARGV[6]) then
    differs(key, 'It keeps callbacks of order ' .. id .. ', which is known.',
      'a person must have them heard: order-tracker callbacks replay')
  end
end

function inspect.expiring()
  if redis.call('PTTL', key) == -1 then
    differs(key, 'It never expires.', 'lets it expire', function() redis.call('PEXPIRE', key, name) end)
  end
end

inspect[ARGV[4]]()
return findings()
