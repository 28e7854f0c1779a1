-- Holds the search index of numbers against the numbers of an order, page by page; only those that were indexed, and
-- have not left the index because the order is being purged.
-- KEYS[1] the record   ARGV[3] mend or look, [4] id, [5] numbers before the page, [6] most numbers of a page
-- Answers {numbers before the next page or 0, finding ...} (differ.lua)
local id, start, most = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local numbers = split(redis.call('HGET', KEYS[1], 'numbers') or '')
local progress, indexed = redis.call('HGET', P .. 'unindexed', id), #numbers
if progress then
  indexed = tonumber(progress) or -1
  if indexed <= 0 or indexed >= #numbers then
    differs(P .. 'unindexed', 'It says that ' .. progress .. ' of the ' .. #numbers .. ' numbers of order ' .. id
      .. ' are indexed.', 'takes it out, and indexes what is missing', function()
        redis.call('HDEL', P .. 'unindexed', id)
      end)
    indexed = #numbers
  end
end
start = math.max(start, tonumber(redis.call('HGET', P .. 'purging', id) or 0) or 0)
local last = math.min(start + most, indexed)
local named = last > start and redis.call('HMGET', P .. 'tn', unpack(numbers, start + 1, last)) or {}
for i = 1, #named do
  local number = numbers[start + i]
  if named[i] ~= id and not redis.call('ZSCORE', others_key(number), id) then
    differs(others_key(number), 'It lacks order ' .. id .. ', which names the number.', 'adds it',
      function() index_from(0, id, {number}, 1) end)
  end
end
return {last < indexed and last or 0, unpack(findings())}
