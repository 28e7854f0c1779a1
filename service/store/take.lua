-- Hands out ids that are due, each to one taker: pushed on by one lease, so that a lost bell rings again.
-- KEYS[1] the due-set   ARGV[3] step, or `adopt` (adoptions.lua), [4] most, [5] push in ms, [6] ms between probes (0: no probing),
--   [7] interval in ms and [8] burst of the account's pace
-- No more than may go now by the account's meter; of what is to be adopted, one at least.
-- While the account is paused without an end, a prober gets one order per interval, whichever step it is of;
-- nobody else gets any. Answers a list of ids.
local step, most, push, probing = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local PROBED = 400  -- orders looked at to find one that may go

local function may_go(id)
  if step == 'adopt' then return true end
  local r = values(order_key(id), {'state', 'family', 'in_turn', 'not_before', 'bandwidth_order_id'})
  if STEP[r.state] ~= step or is_for_later(r) then return false end
  return r.state ~= 'held' and not r.in_turn or redis.call('HEXISTS', P .. 'line:' .. r.family .. ':waiting', id) == 0
end

-- The first order that may go, and how many were looked at: one that is held would waste the probe's turn.
local function probe(ids)
  for i, id in ipairs(ids) do
    if may_go(id) then return {id}, i end
  end
  return {}, #ids
end

local adopts = step == 'adopt'
most = math.min(most, math.max(adopts and 1 or 0,
  admitted(meter_of(adopts and 'check' or step, tonumber(ARGV[7]), tonumber(ARGV[8])))))
if most == 0 then return {} end
local waits = paused('')
if waits then
  if waits > 0 or probing == 0 then return {} end
  local probe_in = tonumber(redis.call('HGET', P .. 'pause', 'probe_at') or 0) - T
  -- one that is further off than any is put off was set before the clock was set back
  if probe_in > 0 and probe_in <= math.max(probing, push) then return {} end
  most = PROBED
end
-- The steps probe by turns: lists may be down while single orders are shown, or the other way. Who has nothing that may go
-- is not waited for for long.
local CYCLE = {submit = 0, check = 1, adopt = 2}
local function gives_way()
  local last = values(P .. 'pause', {'probed', 'yielded'})
  if not last.probed or tonumber(last.yielded or 0) >= 2 then return false end
  local function distance(each) return (CYCLE[each] - CYCLE[last.probed] - 1) % 3 end
  for other in pairs(CYCLE) do
    if distance(other) < distance(step) and redis.call('ZCOUNT', P .. 'due:' .. other, '-inf', ms(T)) > 0 then
      redis.call('HINCRBY', P .. 'pause', 'yielded', 1)
      return true
    end
  end
  return false
end

if waits and gives_way() then return {} end
local ids = redis.call('ZRANGE', KEYS[1], '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, most)
if #ids == 0 then return ids end
local given, looked = ids, #ids
if waits then given, looked = probe(ids) end
if waits and given[1] then
  -- what is to be adopted is claimed by nobody: it is under way from here
  local role = adopts and 'probing' or 'probe'
  -- while Bandwidth is down, the answer says when the next one goes (account.lua); a lost bell costs a push at most
  local next_in = redis.call('HEXISTS', P .. 'pause', 'down') == 1 and math.min(probing, push) or probing
  redis.call('HSET', P .. 'pause', role, given[1], 'probed', step, 'yielded', 0, 'probe_at', ms(T + next_in))
end
local flat = {}
for i = 1, looked do flat[2 * i - 1] = ms(T + push); flat[2 * i] = ids[i] end
redis.call('ZADD', KEYS[1], 'XX', unpack(flat))
return given
