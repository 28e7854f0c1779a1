-- A person's decision about an order that nobody works on right now.
-- KEYS[1] the record   ARGV[3] id, [4] a JSON report (apply.lua) with besides: version (as the person saw it)
-- Answers {'done', state, version, due step or '', first in line ...} or {'gone' | 'busy' | 'changed', state}
local id, report = ARGV[3], cjson.decode(ARGV[4])
local r = record_of(id)
if not r.state then return {'gone', ''} end
if r.leased then return {'busy', r.state} end
if r.version ~= report.version or not report.from[r.state] then return {'changed', r.state} end

-- a worker that comes back late must not undo the decision
redis.call('HINCRBY', KEYS[1], 'fence', 1)
local _, first = apply(r, report)
if STEP[r.state] then look_at(id, r.state, T) end
return {'done', r.state, r.version, STEP[r.state] or '', unpack(first, 1, math.min(#first, 1000))}
