-- Sets when a batch is due: with the next of its planned orders, or no more.
-- KEYS[1] the due-set   ARGV[3] the batch's id
-- Answers 1 when it is due now, or 0
local at = next_planned(ARGV[3])
if at then
  redis.call('ZADD', KEYS[1], ms(at), ARGV[3])
else
  redis.call('ZREM', KEYS[1], ARGV[3])
end
return at == T and 1 or 0
