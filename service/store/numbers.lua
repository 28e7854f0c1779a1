-- The search index of telephone numbers: which orders name a number. An order stands in one of the two.
--   P..'tn'          number -> one of the orders that name it, mostly the only one: many numbers take one call
--   P..'tn:NUMBER'   the others that name it, all of score 0: their ids sort by time
--   P..'unindexed'   order -> how many of its numbers, from the first, are in the index; absent: all
local SHARED = 5  -- what a number that others name already costs, against one that this order names first
local AT_ONCE = 1000  -- the most that is spent by the script that brings an order: others wait meanwhile

local function others_key(number) return P .. 'tn:' .. number end

-- Indexes the numbers from one place on, for so much: those that another order names take a call each. Returns the place
-- that was reached.
local function index_from(from, id, numbers, most)
  while from < #numbers and most > 0 do
    local last = math.min(from + CHUNK, #numbers)
    local named, mine, before = redis.call('HMGET', P .. 'tn', unpack(numbers, from + 1, last)), {}, from
    while from < last and most > 0 do
      from = from + 1
      local one = named[from - before]
      if not one then
        mine[#mine + 1] = numbers[from]; mine[#mine + 1] = id
      elseif one ~= id then
        redis.call('ZADD', others_key(numbers[from]), 0, id)
      end
      most = most - (one and one ~= id and SHARED or 1)
    end
    in_chunks('HSET', P .. 'tn', mine)
  end
  return from
end

-- Indexes the numbers after the first `done`, as index_from does, and notes how far it came. Returns how many are left.
local function index_after(done, id, numbers, most)
  local reached = index_from(done, id, numbers, most)
  if reached < #numbers then
    redis.call('HSET', P .. 'unindexed', id, reached)
  elseif done > 0 then
    redis.call('HDEL', P .. 'unindexed', id)
  end
  return #numbers - reached
end

-- Indexes the numbers of a new order. Returns how many are left for index.lua.
local function index_numbers(id, numbers) return index_after(0, id, numbers, AT_ONCE) end

-- Takes an order out of the index of some of its numbers. ids: its own, and those of records that turned out to be it.
-- Where the release before has mended the index, an order may stand in both.
local function unindex(ids, numbers, from, to)
  local mine, gone = {}, {}
  for _, id in ipairs(ids) do mine[id] = true end
  for before = from - 1, to - 1, CHUNK do
    local last, others = math.min(before + CHUNK, to), {}
    local named = redis.call('HMGET', P .. 'tn', unpack(numbers, before + 1, last))
    for i = 1, last - before do
      others[i] = others_key(numbers[before + i])
      if mine[named[i]] then gone[#gone + 1] = numbers[before + i] end
    end
    if redis.call('EXISTS', unpack(others)) > 0 then
      for _, each in ipairs(others) do redis.call('ZREM', each, unpack(ids)) end
    end
  end
  in_chunks('HDEL', P .. 'tn', gone)
end

-- The order that stands in the hash for a number, where it stands in all of these sets; or nil.
local function one_in(number, sets)
  local id = redis.call('HGET', P .. 'tn', number)
  if not id then return nil end
  for _, set in ipairs(sets) do
    if not redis.call('ZSCORE', set, id) then return nil end
  end
  return id
end
