-- Shared by every script that touches a record. STEP (state -> step) is put in front by script.py.
-- P: what the account's keys begin with. T: now in ms, by this server's clock plus an offset (tests only).
local P = ARGV[1]
local clock = redis.call('TIME')
local T = clock[1] * 1000 + math.floor(clock[2] / 1000) + tonumber(ARGV[2])

local function ms(number) return string.format('%.0f', number) end
local function order_key(id) return P .. 'order:' .. id end
local function count(what) redis.call('HINCRBY', P .. 'counters', what, 1) end

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

local function index(id, kind, state)
  redis.call('ZADD', P .. 'orders:' .. state, 0, id)
  redis.call('ZADD', P .. 'orders:' .. kind .. ':' .. state, 0, id)
end

local function reindex(id, kind, from, to)
  redis.call('ZREM', P .. 'orders:' .. from, id)
  redis.call('ZREM', P .. 'orders:' .. kind .. ':' .. from, id)
  index(id, kind, to)
end

-- Every open order has one next look, in the due-set of its step.
local function look_at(id, state, at)
  redis.call('HSET', order_key(id), 'next_look_at', ms(at))
  redis.call('ZADD', P .. 'due:' .. STEP[state], ms(at), id)
end

-- From here the searches for the order are counted (lifecycle.next_search).
local function uncertain_from_now(id)
  redis.call('HSET', order_key(id), 'uncertain_since', ms(T), 'searches', 0)
end

-- Tells other services of a change (events.lua): one event for each version of an order, in the script that raises it.
local function tell(type, id, kind, state, version)
  redis.call('XADD', P .. 'events', '*', 'type', type, 'id', id, 'kind', kind, 'state', state, 'version', version)
end

local function values(key, names)
  local found, by_name = redis.call('HMGET', key, unpack(names)), {}
  for i, name in ipairs(names) do by_name[name] = found[i] end
  return by_name
end

-- An account that is paused sends nothing but the probe's order, and that once. Returns what it waits for, or nil.
local function paused(id)
  local pause = values(P .. 'pause', {'why', 'until', 'probe'})
  if not pause.why or pause.probe == id then return nil end
  local ends = tonumber(pause['until'] or '')
  if ends and ends <= T then return nil end
  return ends or 0
end
