-- Whether an ended order may be purged. Shared by the script that looks for such orders and the one that purges them.
--   P..'ended'     the ended orders -> ms of their end
--   P..'purging'   order -> how many of its numbers, from the first, are out of the search index already

-- The states in which an order of ours may be looked for at Bandwidth, now or later.
local SOUGHT = {'accepted', 'submitting', 'uncertain', 'needs_attention'}

local function ends(state, packed) return string.find(' ' .. packed .. ' ', ' ' .. state .. ' ', 1, true) ~= nil end

-- What an order's retries have completed is told by them alone: they stand as long as it might be retried again. Only an
-- order that was there before can be retried, so none waits for itself.
local function retries_one_that_stands(r) return r.retries and redis.call('EXISTS', order_key(r.retries)) == 1 end

local function is_open(id) return id and STEP[redis.call('HGET', order_key(id), 'state') or ''] ~= nil end

local function reference_of(id, r)
  return r.customer_order_id and string.match(r.customer_order_id, '^%s*(.-)%s*$') or id
end

-- A search for an order with the same reference and numbers takes an id at Bandwidth for its own that no record holds.
local function keeps_a_search_off(r)
  local first = string.match(r.numbers or '', '%S+')
  if not (r.bandwidth_order_id and r.customer_order_id and first) then return false end
  for _, state in ipairs(SOUGHT) do
    local sets = {P .. 'reference:' .. reference_of('', r), P .. 'orders:' .. r.kind .. ':' .. state}
    if one_in(first, sets) then return true end
    if redis.call('ZINTERCARD', 3, others_key(first), sets[1], sets[2], 'LIMIT', 1) > 0 then return true end
  end
  return false
end

-- Reads what decides, and what is taken away.
local function read_ended(id)
  return values(order_key(id), {'state', 'kind', 'completed_at', 'amends', 'amended_by', 'bandwidth_order_id',
    'customer_order_id', 'numbers', 'second_ids', 'merged', 'idempotency', 'batch', 'ordinal', 'retries', 'schema'})
end

-- Whether it ended long enough ago, and neither what is open nor what it retries needs it.
-- keep_ms: how long ended orders are kept; ends_packed: the states that are ends
local function is_ripe(r, keep_ms, ends_packed)
  if not (r.state and r.kind and r.completed_at and ends(r.state, ends_packed)) then return false end
  if is_of_later_release(r) or tonumber(r.completed_at) + keep_ms > T then return false end
  if is_open(r.amends) or is_open(r.amended_by) or retries_one_that_stands(r) then return false end
  return not keeps_a_search_off(r)
end
