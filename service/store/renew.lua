-- Prolongs a lease that has not ended. KEYS[1] the record   ARGV[3] id, [4] fence, [5] lease in ms,
--   [6] 1 when its worker has asked Bandwidth nothing yet, and asks now
-- Answers 'renewed'; or why no further byte may be written: 'ended' | 'known' | 'paused'
local id, key = ARGV[3], KEYS[1]
local r = values(key, {'state', 'fence', 'lease_until', 'bandwidth_order_id'})
if r.fence ~= ARGV[4] or tonumber(r.lease_until or 0) <= T then return 'ended' end
if ARGV[6] == '1' then
  -- what claim.lua looked at may have changed since: a late 201 has come, or the account sends nothing but its probe
  if r.state == 'submitting' and r.bandwidth_order_id then return 'known' end
  if paused(id) and redis.call('HGET', P .. 'pause', 'probing') ~= id then return 'paused' end
end
local ends = T + tonumber(ARGV[5])
redis.call('HSET', key, 'lease_until', ms(ends))
redis.call('ZADD', P .. 'in-flight', ms(ends), id)
look_at(id, r.state, ends)
return 'renewed'
