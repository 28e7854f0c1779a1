-- Shared by every script that touches a record. STEP (state -> step), BOUNDS and SCHEMA are put in front by script.py.
-- P: what the account's keys begin with. T: now in ms, by this server's clock plus an offset (tests only).
local P = ARGV[1]

-- While a slot of a cluster moves key by key, a key that is not here is refused by an error: in the midst of a script it
-- would undo nothing. Two keys that are nowhere are refused on both sides of the move, so no script begins there.
if type(redis.pcall('EXISTS', P .. 'moving', P .. 'moving:to')) == 'table' then
  return redis.error_reply('TRYAGAIN the slot is being moved')
end

local clock = redis.call('TIME')
local T = clock[1] * 1000 + math.floor(clock[2] / 1000) + tonumber(ARGV[2])

local function ms(number) return string.format('%.0f', number) end
local function order_key(id) return P .. 'order:' .. id end
local function count(what, amount) redis.call('HINCRBY', P .. 'counters', what, amount or 1) end

-- Counts how long something took, in ms: in its bucket, by BOUNDS (histogram.py), and in the sum.
local function observe(what, took)
  -- a clock that was set back
  took = math.max(0, math.floor(took))
  local bucket = 'longer'
  for _, bound in ipairs(BOUNDS) do
    if took <= bound then bucket = ms(bound) break end
  end
  redis.call('HINCRBY', P .. 'histograms', what .. '.' .. bucket, 1)
  redis.call('HINCRBY', P .. 'histograms', what .. '.sum', ms(took))
end

-- Calls a command with many arguments in pieces that the Lua stack can carry.
local CHUNK = 1000
local function in_chunks(command, key, arguments)
  for from = 1, #arguments, CHUNK do
    redis.call(command, key, unpack(arguments, from, math.min(from + CHUNK - 1, #arguments)))
  end
end

-- Numbers and subjects are kept packed, separated by blanks.
local function split(packed)
  local list = {}
  for each in string.gmatch(packed, '%S+') do list[#list + 1] = each end
  return list
end

local function values(key, names)
  local found, by_name = redis.call('HMGET', key, unpack(names)), {}
  for i, name in ipairs(names) do by_name[name] = found[i] end
  return by_name
end

-- Orders of a batch are counted there as they go, in blocks, so that one script can count a block anew.
--   P..'batch:BATCH:tally'   BLOCK:STATE -> orders, BLOCK:purged -> orders, of these,
--                            BLOCK:numbers:complete, BLOCK:numbers:failed, and of ended orders BLOCK:numbers:other
local BLOCK = 500
local function tally(member, what, amount)
  if amount == 0 then return end
  redis.call('HINCRBY', P .. 'batch:' .. member.batch .. ':tally', math.floor(member.ordinal / BLOCK) .. ':' .. what, amount)
end

-- Whether a record (field schema) is one that only a later release reads (schema.py): it is left alone.
local function is_of_later_release(r) return tonumber(r.schema or 0) > SCHEMA end

-- The batch of an order and its place there, or nil.
local function member_of(id)
  local member = values(order_key(id), {'batch', 'ordinal'})
  return member.batch and member or nil
end

local function index(id, kind, state)
  redis.call('ZADD', P .. 'orders:' .. state, 0, id)
  redis.call('ZADD', P .. 'orders:' .. kind .. ':' .. state, 0, id)
end

local function reindex(id, kind, from, to)
  redis.call('ZREM', P .. 'orders:' .. from, id)
  redis.call('ZREM', P .. 'orders:' .. kind .. ':' .. from, id)
  index(id, kind, to)
  local member = member_of(id)
  if member then
    tally(member, from, -1)
    tally(member, to, 1)
  end
end

-- Every open order has one next look, in the due-set of its step.
local function look_at(id, state, at)
  redis.call('HSET', order_key(id), 'next_look_at', ms(at))
  redis.call('ZADD', P .. 'due:' .. STEP[state], ms(at), id)
end

-- Whether an order is to be sent later (fields state, not_before, bandwidth_order_id). What Bandwidth may have after all
-- is looked for in its own time.
local function is_for_later(r)
  return (r.state == 'accepted' or r.state == 'held') and not r.bandwidth_order_id and tonumber(r.not_before or 0) > T
end

-- From here the searches for the order are counted (lifecycle.next_search).
local function uncertain_from_now(id)
  redis.call('HSET', order_key(id), 'uncertain_since', ms(T), 'searches', 0)
end

-- Tells other services of a change (events.lua): one event for each version of an order, in the script that raises it.
-- was: the state before, of an order that had one
local function tell(type, id, kind, state, version, was)
  redis.call('XADD', P .. 'events', '*', 'type', type, 'id', id, 'kind', kind, 'state', state, 'version', version,
    unpack(was and {'was', was} or {}))
end

-- An account that is paused sends nothing but the probe's order, and that once. Returns what it waits for, or nil.
local function paused(id)
  local pause = values(P .. 'pause', {'why', 'until', 'probe'})
  if not pause.why or pause.probe == id then return nil end
  local ends = tonumber(pause['until'] or '')
  if ends and ends <= T then return nil end
  return ends or 0
end
