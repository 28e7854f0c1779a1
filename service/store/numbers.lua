-- The search index of telephone numbers. Shared by the scripts that bring an order, and index.lua, which does the rest.
--   P..'tn:NUMBER'   the orders that name a number, all of score 0: their ids sort by time
--   P..'unindexed'   order -> how many of its numbers, from the first, are in the index; absent: all
local AT_ONCE = 200  -- numbers indexed by the script that brings their order

-- Indexes at most so many numbers after the first `done`, and notes how far it came. Returns how many are left.
local function index_after(done, id, numbers, most)
  local last = math.min(done + most, #numbers)
  for i = done + 1, last do redis.call('ZADD', P .. 'tn:' .. numbers[i], 0, id) end
  if last < #numbers then
    redis.call('HSET', P .. 'unindexed', id, last)
  elseif done > 0 then
    redis.call('HDEL', P .. 'unindexed', id)
  end
  return #numbers - last
end

-- Indexes the first numbers of a new order. Returns how many are left for index.lua.
local function index_numbers(id, numbers) return index_after(0, id, numbers, AT_ONCE) end
