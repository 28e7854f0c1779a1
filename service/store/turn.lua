-- Takes a turn for one exchange that no claim pays for: those who wait for theirs come before the orders that are due.
-- KEYS[1] the meter   ARGV[3] share (meter.lua), [4] interval in ms, [5] burst, [6] longest wait in ms,
--   [7] 1 when the exchange goes on with what is begun
-- Answers the ms to wait; or -1: it would be longer, and no turn was taken. A turn whose answer is lost is lost.
local share = ARGV[3]
local meter = meter_of(share, tonumber(ARGV[4]), tonumber(ARGV[5]))
local wait = math.ceil(turn_in(meter, 1))
local longest = math.min(tonumber(ARGV[6]), HORIZON)
local AHEAD = 24  -- exchanges of the longest conversation: a search that fetches all that could be the order

-- At a pace so slow that no second exchange would ever come in time, what is begun is ended all the same, and whoever
-- comes next waits until that is paid for.
local function goes_ahead()
  local slow = false
  for _, each in ipairs(meter.binding) do
    slow = slow or meter.interval / each.part > longest
    if each.level + 1 - each.room > AHEAD then return false end
  end
  return slow and ARGV[7] == '1'
end

if wait > longest and goes_ahead() then wait = longest end
if wait > longest then
  count('governor.refused.' .. share)
  return -1
end
spend(meter)
if wait > 0 then
  count('governor.waited.' .. share)
  count('governor.waited_ms.' .. share, wait)
end
return wait
