-- Reads what came after a place in the stream, and tells whether all of it is there.
-- KEYS[1] the stream   ARGV[3] the place, ms-number, [4] most events
-- A place is no longer in the stream when events after it may have gone because they were old, or when the stream ends
-- before it: it is another server's, which lost its last events.
-- Answers {the place where the stream ends, 1 when the given one is still in it, events ...}
local after, most = ARGV[3], tonumber(ARGV[4])

local function describe()
  local found = {['last-generated-id'] = '0-0', ['entries-added'] = 0, length = 0}
  if redis.call('EXISTS', KEYS[1]) == 0 then return found end
  local told = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #told, 2 do found[told[i]] = told[i + 1] end
  return found
end

local stream = describe()
local ends, first = stream['last-generated-id'], stream['first-entry']
local has_lost = stream['entries-added'] > stream.length and is_newer(ends, after)
  and (not first or is_newer(first[1], after))
if has_lost or is_newer(after, ends) then return {ends, 0} end
local found = {}
if most > 0 then found = redis.call('XRANGE', KEYS[1], '(' .. after, '+', 'COUNT', most) end
return {ends, 1, unpack(found)}
