-- Looks for orders that may be purged: those whose purging was begun, then those that ended first.
-- KEYS[1] the ended orders   ARGV[3] ms that they are kept, [4] the states that are ends, packed, [5] most ids
-- Answers ids.
local keep_ms, most = tonumber(ARGV[3]), tonumber(ARGV[5])
local LOOKED = 50  -- ended orders looked at in one place: some are kept because of others

local begun = redis.call('HRANDFIELD', P .. 'purging', most)
local found, seen = {}, {}
for _, id in ipairs(begun) do found[#found + 1] = id; seen[id] = true end
local function look_from(place)
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', ms(T - keep_ms), 'BYSCORE', 'LIMIT', place, LOOKED)) do
    if #found >= most then return end
    if not seen[id] and is_ripe(read_ended(id), keep_ms, ARGV[4]) then found[#found + 1] = id; seen[id] = true end
  end
end

look_from(0)
-- those that are kept, however many, must not hide what is behind them: every sweep looks in another place too
local behind = redis.call('ZCOUNT', KEYS[1], '-inf', ms(T - keep_ms)) - LOOKED
if behind > 0 and #found < most then look_from(LOOKED * (1 + math.floor(T / 1000) % math.ceil(behind / LOOKED))) end
return found
