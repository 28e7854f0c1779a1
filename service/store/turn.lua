-- Takes a turn for one exchange that no claim pays for: those who wait for theirs come before the orders that are due.
-- KEYS[1] the meter   ARGV[3] share (meter.lua), [4] interval in ms, [5] burst, [6] longest wait in ms
-- Answers the ms to wait; or -1: it would be longer, and no turn was taken. A turn whose answer is lost is lost.
local share = ARGV[3]
local meter = meter_of(share, tonumber(ARGV[4]), tonumber(ARGV[5]))
local wait = math.ceil(turn_in(meter, 1))
if wait > math.min(tonumber(ARGV[6]), HORIZON) then
  count('governor.refused.' .. share)
  return -1
end
spend(meter)
if wait > 0 then count('governor.waited.' .. share) end
return wait
