-- A planned order cannot be accepted yet: it is tried again later. Safe to repeat.
-- KEYS[1] the batch   ARGV[3] the place, [4] ms until then
-- Answers 1, or 0 when it is planned no more
count('batch.postponed')
return redis.call('ZADD', KEYS[1] .. ':waiting', 'XX', 'CH', ms(T + ARGV[4]), ARGV[3])
