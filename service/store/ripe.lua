-- Looks for orders that may be purged: those whose purging was begun, then those that ended first.
-- KEYS[1] the ended orders   ARGV[3] ms that they are kept, [4] the states that are ends, packed, [5] most ids
-- Answers ids.
local keep_ms, most = tonumber(ARGV[3]), tonumber(ARGV[5])
local LOOKED = 100  -- ended orders looked at: some are kept because of others

local begun = redis.call('HRANDFIELD', P .. 'purging', most)
local found, seen = {}, {}
for _, id in ipairs(begun) do found[#found + 1] = id; seen[id] = true end
local old = redis.call('ZRANGE', KEYS[1], '-inf', ms(T - keep_ms), 'BYSCORE', 'LIMIT', 0, LOOKED)
for _, id in ipairs(old) do
  if #found >= most then break end
  if not seen[id] and is_ripe(read_ended(id), keep_ms, ARGV[4]) then found[#found + 1] = id end
end
return found
