-- The account's meter: a leaky bucket of all exchanges with Bandwidth, and one of each share of them.
--   P..'meter'   all | submit | check | other -> exchanges ahead of the pace; at (ms): when that was so;
--                interval (ms), burst: the pace then
-- A bucket takes a burst, and leaks one exchange an interval. A share is held to its own bucket only while orders of
-- another step are due: else it may have everything.
local SHARES = {all = 1, submit = 0.8, check = 0.2, other = 0.1}
local RIVALS = {submit = {'check'}, check = {'submit'}, other = {'submit', 'check'}}
local METER = P .. 'meter'
local HORIZON = 60000  -- ms for which turns are given ahead
local ALMOST = 0.0001  -- exchanges: what is rounded off

local function is_contended(share)
  for _, step in ipairs(RIVALS[share]) do
    if redis.call('ZCOUNT', P .. 'due:' .. step, '-inf', ms(T)) > 0 then return true end
  end
  return false
end

-- Reads how far a share is, by a pace of one exchange an interval (ms) and a burst.
local function meter_of(share, interval, burst)
  local kept = values(METER, {'at', 'all', 'submit', 'check', 'other', 'interval', 'burst'})
  -- a clock that was set back holds up nobody
  local rested = math.abs(T - tonumber(kept.at or T))
  local passed = rested / interval
  -- what another pace allowed is no debt for ever to a slower one; while somebody keeps that other pace it is
  local is_new_pace = tonumber(kept.interval or interval) ~= interval or tonumber(kept.burst or burst) ~= burst
  local forgiven = is_new_pace and rested > HORIZON
  local meter = {interval = interval, burst = burst, share = share, buckets = {}}
  for name, part in pairs(SHARES) do
    local room, level = math.max(1, burst * part), tonumber(kept[name] or 0)
    if forgiven then level = math.min(level, room) end
    meter.buckets[name] = {part = part, room = room, level = math.max(0, level - passed * part)}
  end
  meter.contended = is_contended(share)
  meter.binding = {meter.buckets.all, meter.contended and meter.buckets[share] or nil}
  return meter
end

-- How many ms from now the n-th exchange may be made.
local function turn_in(meter, n)
  local wait = 0
  for _, each in ipairs(meter.binding) do
    local over = each.level + n - each.room
    if over > ALMOST then wait = math.max(wait, over * meter.interval / each.part) end
  end
  return wait
end

-- How many exchanges may be made now.
local function admitted(meter)
  local most = math.huge
  for _, each in ipairs(meter.binding) do most = math.min(most, math.floor(each.room - each.level + ALMOST)) end
  return math.max(0, most)
end

local function fill(bucket, binds)
  local level = bucket.level + 1
  -- what nobody else wanted is no debt
  bucket.level = binds and level or math.min(level, math.max(bucket.level, bucket.room))
end

-- Takes the next turn.
local function spend(meter)
  fill(meter.buckets.all, true)
  fill(meter.buckets[meter.share], meter.contended)
  -- what is asked besides is at the cost of submits: checks keep their share
  if meter.share == 'other' then fill(meter.buckets.submit, is_contended('submit')) end
  local set = {'at', ms(T), 'interval', meter.interval, 'burst', meter.burst}
  for name, bucket in pairs(meter.buckets) do
    set[#set + 1] = name
    set[#set + 1] = string.format('%.6f', bucket.level)
  end
  redis.call('HSET', METER, unpack(set))
end
