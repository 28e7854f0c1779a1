-- What a record learns of itself at Bandwidth: its id there, and the callbacks that were kept under that id.

local LAST_ENTRIES = 100  -- of a timeline: looked through for callbacks by one merge
local UNINDEXED = 100  -- numbers taken out of the search index by one merge

-- Applies the callbacks that came before this id of the order was known; nobody adopts it from now on.
local function hear_orphans(r, bandwidth_order_id)
  local name = 'orphan:' .. bandwidth_order_id
  local flat = redis.call('HGETALL', P .. name)
  for i = 1, #flat, 2 do
    redis.call('SADD', order_key(r.id) .. ':seen', flat[i])
    hear(r, cjson.decode(flat[i + 1]))
  end
  if #flat > 0 then forget_orphan(name) end
  adopt_no_more(adoption_of(r.kind, bandwidth_order_id))
end

-- Whether a callback that came before this id of the order was known has announced its end.
local function is_announced(bandwidth_order_id)
  for _, said in ipairs(redis.call('HVALS', P .. 'orphan:' .. bandwidth_order_id)) do
    if cjson.decode(said).nudge then return true end
  end
  return false
end

-- Adds a word to a packed field that only scripts read: `second_ids`, Bandwidth's other ids of the order, or `merged`,
-- records that turned out to be this one. Whoever purges it must find what is kept under them (purge.lua).
local function note_also(id, field, word)
  local old = redis.call('HGET', order_key(id), field)
  if old and string.find(' ' .. old .. ' ', ' ' .. word .. ' ', 1, true) then return end
  redis.call('HSET', order_key(id), field, old and old .. ' ' .. word or word)
end

-- Bandwidth holds a second order for this one, under this id. Whoever works on it now knows of one order only: what
-- he reports must not hide the second. doubled {set, entry}: what is said of it
local function say_doubled(r, bandwidth_order_id, doubled)
  redis.call('HINCRBY', order_key(r.id), 'fence', 1)
  note_also(r.id, 'second_ids', bandwidth_order_id)
  end_lease(r)
  apply(r, {state = 'needs_attention', from = {[r.state] = STEP[r.state] and true or nil},
    set = doubled.set, always = true, entry = doubled.entry})
  hear_orphans(r, bandwidth_order_id)
end

local function callbacks_of(r)
  local kept = {}
  for _, entry in ipairs(redis.call('LRANGE', order_key(r.id) .. ':timeline', -LAST_ENTRIES, -1)) do
    if cjson.decode(entry).source == 'callback' then kept[#kept + 1] = entry end
  end
  return kept
end

-- Takes a record off the disk. The search index may keep some numbers of a large one: readers skip what is gone.
local function forget(r)
  local key = order_key(r.id)
  local kept = values(key, {'numbers', 'customer_order_id'})
  for _, set in ipairs({'due:submit', 'due:check', 'in-flight', 'ended', 'orders', 'orders:' .. r.kind, 'orders:' .. r.state,
    'orders:' .. r.kind .. ':' .. r.state, 'reference:' .. (kept.customer_order_id or r.id)}) do
    redis.call('ZREM', P .. set, r.id)
  end
  local numbers = split(kept.numbers)
  unindex({r.id}, numbers, 1, math.min(#numbers, UNINDEXED))
  redis.call('HDEL', P .. 'unindexed', r.id)
  redis.call('HDEL', P .. 'purging', r.id)
  redis.call('DEL', key, key .. ':outcomes', key .. ':timeline', key .. ':seen', key .. ':documents')
end

-- Whoever changes the other changes this one from now on. Of two that do, callbacks nudge the one that is still open.
local function take_amendment(r, amendment)
  redis.call('HSET', order_key(amendment), 'amends', r.id)
  local mine = r.amended_by and redis.call('HGET', order_key(r.amended_by), 'state')
  if mine and STEP[mine] then return end
  r.amended_by = amendment
  redis.call('HSET', order_key(r.id), 'amended_by', amendment)
end

-- An order that was taken for one placed elsewhere turns out to be this one: its callbacks come over, it goes, and
-- this one is looked at now. Returns the orders that became first in the lines of the other.
local function merge(r, other, entry)
  local first = leave_lines(other)
  local key, callbacks = order_key(r.id), callbacks_of(other)
  if #callbacks > 0 then append(r, unpack(callbacks)) end
  redis.call('SUNIONSTORE', key .. ':seen', key .. ':seen', order_key(other.id) .. ':seen')
  local announced = redis.call('HGET', order_key(other.id), 'announced')
  if announced then
    redis.call('HSET', key, 'announced', announced)
    r.announced = announced
  end
  if other.amended_by then take_amendment(r, other.amended_by) end
  forget(other)
  note_also(r.id, 'merged', other.id)
  remember(r, {entry = '"merged":"' .. other.id .. '",' .. entry})
  nudge(r)
  count('report.merged')
  return first
end

-- Keeps the id that Bandwidth gave this order. merged: the timeline's entry, should an order placed elsewhere be it
-- Returns 'known', 'learned', 'held' (another record has it) or 'second' (this record has another); and the orders
-- that became first in their lines by it.
local function learn(r, bandwidth_order_id, merged)
  if r.bandwidth_order_id == bandwidth_order_id then return 'known', {} end
  local pointer, first = P .. 'bandwidth:' .. bandwidth_order_id, {}
  local holder = redis.call('GET', pointer)
  if holder and holder ~= r.id then
    local other = record_of(holder)
    -- an order that has ended follows nothing any more: the other one does
    if other.origin ~= 'external' or not STEP[r.state] then return 'held', first end
    first = merge(r, other, merged)
  end
  redis.call('SET', pointer, r.id)
  if r.bandwidth_order_id then return 'second', first end
  redis.call('HSET', order_key(r.id), 'bandwidth_order_id', bandwidth_order_id)
  r.bandwidth_order_id = bandwidth_order_id
  return 'learned', first
end
