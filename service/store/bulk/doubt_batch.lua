-- Marks a batch that came from a backup: its planned orders may have been accepted and sent after that.
-- KEYS[1] the batch
-- Answers 1, or 0 when there is none
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'doubtful', 1)
return 1
