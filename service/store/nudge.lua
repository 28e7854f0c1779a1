-- Brings the next look at an order to now, because somebody asks for it; no version, no event.
-- KEYS[1] the record   ARGV[3] id, [4] JSON: entry (timeline), states {state: true} in which it is looked at,
--   quiet_ms (who asks again within it has been heard already)
-- Not earlier: a search that backs off, since Bandwidth has not answered the last one.
-- Answers {'nudged' | 'heard' | 'refused' | 'gone', state, due step or ''}
local id, report, key = ARGV[3], cjson.decode(ARGV[4]), KEYS[1]
local r = record_of(id)
if not r.state then return {'gone', '', ''} end
if not report.states[r.state] then return {'refused', r.state, ''} end
local before = values(key, {'asked_at', 'failures'})
if math.abs(T - tonumber(before.asked_at or -math.huge)) < report.quiet_ms then return {'heard', r.state, ''} end

redis.call('HSET', key, 'asked_at', ms(T))
remember(r, {entry = report.entry})
count('nudge.asked')
if r.state == 'uncertain' and before.failures then return {'nudged', r.state, ''} end
nudge(r)
return {'nudged', r.state, r.leased and '' or STEP[r.state]}
