-- Hands out ids that are due, each to one taker: pushed on by one lease, so that a lost bell rings again.
-- KEYS[1] the due-set   ARGV[3] step, [4] most, [5] push in ms, [6] ms between probes (0: no probing)
-- While the account is paused without an end, a prober gets one order per interval, whichever step it is of;
-- nobody else gets any. Answers a list of ids.
local most, push, probing = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])

local waits = paused('')
if waits then
  if waits > 0 or probing == 0 then return {} end
  if tonumber(redis.call('HGET', P .. 'pause', 'probe_at') or 0) > T then return {} end
  most = 1
end
local ids = redis.call('ZRANGE', KEYS[1], '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, most)
if #ids == 0 then return ids end
if waits then redis.call('HSET', P .. 'pause', 'probe', ids[1], 'probe_at', ms(T + probing)) end
local flat = {}
for i, id in ipairs(ids) do flat[2 * i - 1] = ms(T + tonumber(push)); flat[2 * i] = id end
redis.call('ZADD', KEYS[1], 'XX', unpack(flat))
return ids
