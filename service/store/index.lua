-- Puts the next numbers of an order into the search index; safe to repeat, and to do twice at once.
-- KEYS[1] the record   ARGV[3] id, [4] the most that is spent at once (numbers.lua)
-- Answers how many are left.
local id = ARGV[3]
local done = redis.call('HGET', P .. 'unindexed', id)
if not done then return 0 end
return index_after(tonumber(done), id, split(redis.call('HGET', KEYS[1], 'numbers') or ''), tonumber(ARGV[4]))
