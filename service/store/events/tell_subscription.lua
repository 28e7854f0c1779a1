-- Tells once that a subscription at Bandwidth has become wrong, and once that it is whole again.
-- KEYS[1] what was told   ARGV[3] its order type, [4] the event's subject, [5] its kinds, packed, [6] what is wrong with
--   it, packed, or ''
-- Answers 1 when it was told
local order_type, problems = ARGV[3], ARGV[6]
local told = redis.call('HGET', KEYS[1], order_type) or '0'
local version, wrong = string.match(told, '^(%d+) ?(.*)$')
if (wrong ~= '') == (problems ~= '') then return 0 end
version = ms(version + 1)
redis.call('HSET', KEYS[1], order_type, problems == '' and version or version .. ' ' .. problems)
tell(problems == '' and 'subscription.healthy' or 'subscription.unhealthy', ARGV[4], ARGV[5], problems, version)
return 1
