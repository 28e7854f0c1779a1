-- Changes a client, gives it a new secret, or ends it.
-- KEYS[1] the client   ARGV[3] its id, [4] a JSON object of: set (fields), secret with overlap (ms), revoke
--   [5] the audit's entry, [6] days (audit.lua)
-- Answers changed | replaced (it has taken the place of a rotation just before) | unknown | revoked
local key, change = KEYS[1], cjson.decode(ARGV[4])
local r = values(key, {'created_at', 'revoked_at', 'secret', 'previous_secret', 'previous_until', 'rotated_at'})
if not r.created_at then return 'unknown' end
if r.revoked_at then return 'revoked' end
if change.secret == r.secret then return 'changed' end -- said twice

local set, replaces = change.set or {}, false
if change.secret then set, replaces = rotated(r, change.secret, change.overlap) end
for name, value in pairs(set) do redis.call('HSET', key, name, value) end
if change.revoke then
  redis.call('HDEL', key, 'secret', 'previous_secret', 'previous_until')
  redis.call('HSET', key, 'revoked_at', ms(T))
end
redis.call('INCR', P .. 'version')
note(cjson.decode(ARGV[5]), ARGV[6])
return replaces and 'replaced' or 'changed'
