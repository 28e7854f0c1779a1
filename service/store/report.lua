-- A worker's report about an order it claimed.
-- KEYS[1] the record   ARGV[3] id, [4] a JSON report (apply.lua) with besides:
--   operation, fence, nudges (as claimed), look_ms (until the next look),
--   account (account.lua), doubled {set, entry}: what to say when Bandwidth holds a second order of ours (learn.lua),
--   merged (learn.lua), left: the entry of an order that leaves its lines before its end,
--   of one that is to be sent again: most, safety_ms (aside.lua), crowded: the parts to take instead when it has stepped
--   aside and finds no room in its lines
-- Answers {outcome, state, version, due step or '', 1 when the account was just paused, first in line ...}
--   outcome: applied | repeated | stale (an old fence: nothing but the id was kept) | gone
local id, report = ARGV[3], cjson.decode(ARGV[4])
local key = KEYS[1]
local r = record_of(id)

-- Keeps the id that the report brings. An id that another record holds is somebody else's order: what was read
-- of it says nothing about ours.
local function keep_id()
  if not report.bandwidth_order_id then return nil, {} end
  local kept, first = learn(r, report.bandwidth_order_id, report.merged)
  if kept == 'held' then report.state, report.set, report.outcomes = nil, nil, nil end
  return kept, first
end

-- An order placed elsewhere keeps later ones waiting for so long only.
local function leave_in_time()
  if not (STEP[r.state] and r.lined and r.line_until and tonumber(r.line_until) <= T) then return {} end
  remember(r, {entry = report.left})
  return leave_lines(r)
end

-- Whoever has stepped aside and is to be sent again joins its lines before; while these are full it is looked for.
local function come_back()
  if not comes_back(r, report) then return end
  if not crowd_before(r, report.most) then return join_last(r, report) end
  for name, part in pairs(report.crowded) do report[name] = part end
  report.state, report.look_ms = nil, report.safety_ms
  count('report.crowded')
end

-- Sets the next look, and returns the step when it is now. No look comes later than the leaving.
local function plan(holds, kept)
  if r.state == 'held' and holds then
    look_while_held(r, report.safety_ms)
  elseif holds then
    local nudged = tonumber(r.nudges or 0) ~= report.nudges
    local look = math.min(T + report.look_ms, r.lined and tonumber(r.line_until) or math.huge)
    look_at(id, r.state, nudged and T or look)
    return (nudged or report.look_ms == 0) and STEP[r.state] or ''
  elseif kept == 'second' or kept == 'learned' and not r.leased then
    look_at(id, r.state, T)
    return STEP[r.state]
  elseif kept == 'learned' then
    redis.call('HINCRBY', key, 'nudges', 1)
  end
  return ''
end

if not r.state then return {'gone', '', 0, '', 0} end
if r.reported == report.operation then
  count('report.repeated')
  return {'repeated', r.state, r.version, '', 0}
end
local paused_now = account(report.account, id)
local holds = r.fence == tostring(report.fence) and STEP[r.state] ~= nil
local kept, first = keep_id()
local due = ''
local function became_first(orders)
  for _, other in ipairs(orders) do first[#first + 1] = other end
end

if holds then
  redis.call('HSET', key, 'reported', report.operation)
  end_lease(r)
  if kept == 'learned' then r.announced = r.announced or is_announced(r.bandwidth_order_id) end
  come_back()
  became_first(select(2, apply(r, report)))
  became_first(leave_in_time())
elseif kept == 'learned' then
  apply(r, {set = {}, always = true, entry = report.late})
end
if kept == 'second' then say_doubled(r, report.bandwidth_order_id, report.doubled) end
if STEP[r.state] then due = plan(holds, kept) end
-- An order that changes this one has waited for the id.
local function call_amendment()
  local waits = r.amended_by and redis.call('HGET', order_key(r.amended_by), 'state') == 'accepted'
  if not waits then return end
  look_at(r.amended_by, 'accepted', T)
  first[#first + 1] = r.amended_by
end

if kept == 'learned' then
  call_amendment()
  hear_orphans(r, r.bandwidth_order_id)
  local look = tonumber(redis.call('HGET', key, 'next_look_at') or 0)
  if STEP[r.state] and look <= T then due = STEP[r.state] end
end
return {holds and 'applied' or 'stale', r.state, r.version, due, paused_now, unpack(first, 1, math.min(#first, 1000))}
