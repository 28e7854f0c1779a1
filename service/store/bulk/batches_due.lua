-- Tells whether a batch has planned orders that are due.
-- KEYS[1] the due-set
-- Answers 1 or 0
return math.min(1, redis.call('ZCOUNT', KEYS[1], '-inf', ms(T)))
