-- Hands out ids that are due, each to one taker: pushed on by one lease, so that a lost bell rings again.
-- KEYS[1] the due-set   ARGV[3] step, or `adopt` (adoptions.lua), [4] most, [5] push in ms, [6] ms between probes (0: no probing)
-- While the account is paused without an end, a prober gets one order per interval, whichever step it is of;
-- nobody else gets any. Answers a list of ids.
local step, most, push, probing = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local PROBED = 400  -- orders looked at to find one that may go

local function may_go(id)
  if step == 'adopt' then return true end
  local r = values(order_key(id), {'state', 'family'})
  if STEP[r.state] ~= step then return false end
  return r.state ~= 'held' or redis.call('HEXISTS', P .. 'line:' .. r.family .. ':waiting', id) == 0
end

-- The first order that may go, and how many were looked at: one that is held would waste the probe's turn.
local function probe(ids)
  for i, id in ipairs(ids) do
    if may_go(id) then return {id}, i end
  end
  return {}, #ids
end

local waits = paused('')
if waits then
  if waits > 0 or probing == 0 then return {} end
  if tonumber(redis.call('HGET', P .. 'pause', 'probe_at') or 0) > T then return {} end
  most = PROBED
end
local ids = redis.call('ZRANGE', KEYS[1], '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, most)
if #ids == 0 then return ids end
local given, looked = ids, #ids
if waits then given, looked = probe(ids) end
if waits and given[1] then
  -- what is to be adopted is claimed by nobody: it is under way from here
  local role = step == 'adopt' and 'probing' or 'probe'
  redis.call('HSET', P .. 'pause', role, given[1], 'probe_at', ms(T + probing))
end
local flat = {}
for i = 1, looked do flat[2 * i - 1] = ms(T + push); flat[2 * i] = ids[i] end
redis.call('ZADD', KEYS[1], 'XX', unpack(flat))
return given
