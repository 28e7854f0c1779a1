-- A worker's report about an order it claimed.
-- KEYS[1] the record   ARGV[3] id, [4] a JSON report (apply.lua) with besides:
--   operation, fence, nudges (as claimed), look_ms (until the next look),
--   account (account.lua), doubled {set, entry}: what to say when Bandwidth holds a second order of ours
-- Answers {outcome, state, version, due step or '', first in line ...}
--   outcome: applied | repeated | stale (an old fence: nothing but the id was kept) | gone
local id, report = ARGV[3], cjson.decode(ARGV[4])
local key = KEYS[1]
local r = record_of(id)

if not r.state then return {'gone', '', 0, ''} end
if redis.call('SISMEMBER', key .. ':seen', report.operation) == 1 then
  count('report.repeated')
  return {'repeated', r.state, r.version, ''}
end
redis.call('SADD', key .. ':seen', report.operation)
account(report.account, id)

local holds = r.fence == tostring(report.fence) and r.state ~= '' and STEP[r.state] ~= nil
local learned
if report.bandwidth_order_id then
  learned = learn(r, report.bandwidth_order_id)
  if learned == 'held' then
    -- somebody else's order: what was read of it says nothing about ours
    report.state, report.set, report.outcomes = nil, nil, nil
  end
end

local first = {}
if holds then
  redis.call('HDEL', key, 'lease_until', 'operation')
  r.leased = false
  local _, freed = apply(r, report)
  first = freed
elseif learned == 'learned' then
  apply(r, {set = {}, always = true, entry = report.late})
end
if learned == 'second' then
  -- whoever works on it now knows of one order only: what he reports must not hide the second
  redis.call('HINCRBY', key, 'fence', 1)
  redis.call('HDEL', key, 'lease_until', 'operation')
  apply(r, {state = 'needs_attention', from = {[r.state] = STEP[r.state] and true or nil},
    set = report.doubled.set, always = true, entry = report.doubled.entry})
end

local due = ''
if STEP[r.state] then
  if holds then
    local nudged = tonumber(r.nudges or 0) ~= report.nudges
    look_at(id, r.state, nudged and T or T + report.look_ms)
    if nudged or report.look_ms == 0 then due = STEP[r.state] end
  elseif learned == 'second' or learned == 'learned' and not r.leased then
    look_at(id, r.state, T)
    due = STEP[r.state]
  elseif learned == 'learned' then
    redis.call('HINCRBY', key, 'nudges', 1)
  end
end
if learned == 'learned' then
  hear_orphans(r)
  local look = tonumber(redis.call('HGET', key, 'next_look_at') or 0)
  if STEP[r.state] and look <= T then due = STEP[r.state] end
end
return {holds and 'applied' or 'stale', r.state, r.version, due, unpack(first, 1, math.min(#first, 1000))}
