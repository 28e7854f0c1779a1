-- Batches: many orders from one body. Shared by the scripts that change one. PLACE is an order's place in its batch, six
-- digits from 000000, so that places sort.
--   P..'batch:ID'            kind, client, rows, planned orders, numbers (batch.py); left: orders that have not ended;
--                            doubtful: it came from a backup (doubt_batch.lua)
--   P..'batch:ID:plan'       PLACE -> an order that is not accepted yet, sealed (plan.py)
--   P..'batch:ID:waiting'    PLACE -> when it is accepted, or tried again, of all that are planned
--   P..'batch:ID:orders'     the orders that were accepted, all of score 0
--   P..'batch:ID:tally'      how they stand (record.lua)
--   P..'batch:ID:errors'     rows that are wrong, or whose order was refused; all of score 0: they sort by line
--   P..'batches'             ids of the batches, all of score 0
--   P..'batches:ended'       ids of those that have ended -> ms of their end
--   P..'due:batch'           ids of those that have planned orders -> when the next of these is due
local function batch_key(id) return P .. 'batch:' .. id end

-- When the next planned order of a batch is due, or nil.
local function next_planned(id)
  local first = redis.call('ZRANGE', batch_key(id) .. ':waiting', 0, 0, 'WITHSCORES')
  return first[2] and math.max(T, tonumber(first[2]))
end

-- A planned order is planned no more.
local function leave_plan(id, place)
  redis.call('HDEL', batch_key(id) .. ':plan', place)
  redis.call('ZREM', batch_key(id) .. ':waiting', place)
end

-- A planned order has become one. member {batch, ordinal}: as its record has it
local function join_batch(id, member, state)
  redis.call('ZADD', batch_key(member.batch) .. ':orders', 0, id)
  leave_plan(member.batch, member.ordinal)
  tally(member, state, 1)
end

-- One order less is open: with the last the batch has ended.
local function one_less(id)
  local key = batch_key(id)
  if redis.call('HINCRBY', key, 'left', -1) > 0 then return end
  redis.call('HSET', key, 'ended_at', ms(T))
  redis.call('ZADD', P .. 'batches:ended', ms(T), id)
  tell('batch.completed', id, redis.call('HGET', key, 'kind'), 'ended', 1)
end

-- An order has ended: what is left of its numbers neither completed nor failed.
local function end_in_batch(id)
  local member = member_of(id)
  if not member then return end
  local n = values(order_key(id), {'numbers', 'completed_numbers', 'failed_numbers'})
  local told = tonumber(n.completed_numbers or 0) + tonumber(n.failed_numbers or 0)
  tally(member, 'numbers:other', #split(n.numbers or '') - told)
  one_less(member.batch)
end
