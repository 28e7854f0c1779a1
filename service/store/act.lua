-- A person's decision about an order that nobody works on right now.
-- KEYS[1] the record   ARGV[3] id, [4] a JSON report (apply.lua) with besides: version (as the person saw it),
--   most, safety_ms (aside.lua), line: what becomes of its place there: `leave`, or `end`, behind all others
-- Answers {'done', state, version, due step or '', first in line ...} or {'gone' | 'busy' | 'changed', state}
--   or {'alone', state}: nobody waits for it, {'amended', state, id}: by an order that stands in line behind it,
--   {'too_many', state, id ...}: at the end of its lines there is no room
local id, report = ARGV[3], cjson.decode(ARGV[4])
local r = record_of(id)
if not r.state then return {'gone', ''} end
if r.leased then return {'busy', r.state} end
if r.version ~= report.version or not report.from[r.state] then return {'changed', r.state} end
-- an id that a late 201 brings raises no version: the person did not see that Bandwidth has it
if report.state == 'cancelled' and r.bandwidth_order_id then return {'changed', r.state} end
local refusal = report.line and stays(r)
if refusal then return refusal end
local joins = report.line == 'end' or comes_back(r, report)
local crowd = joins and crowd_before(r, report.most)
if crowd then return {'too_many', r.state, unpack(crowd, 1, math.min(#crowd, 20))} end

-- a worker that comes back late must not undo the decision
redis.call('HINCRBY', KEYS[1], 'fence', 1)
local let_go = report.line and leave_lines(r)
if joins then join_last(r, report) elseif report.line then report.set.aside_since = ms(T) end
local _, freed = apply(r, report)
local first = let_go or freed

-- Sets the next look, and returns the step when it is now. Who only gives up its place is looked at as before, unless it
-- waited there to be looked for (restore.lua).
local function plan()
  if r.state == 'held' then return look_while_held(r, report.safety_ms) end
  if not STEP[r.state] or report.line and redis.call('HEXISTS', KEYS[1], 'in_turn') == 0 then return nil end
  look_at(id, r.state, T)
  return STEP[r.state]
end

return {'done', r.state, r.version, plan() or '', unpack(first, 1, math.min(#first, 1000))}
