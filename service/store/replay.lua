-- Hears the callbacks of an orphan as if they came now: applied, oldest first, where their order is known, else kept.
-- KEYS[1] the orphan   ARGV[3] its name (orphans.lua), [4] Bandwidth's id or '', [5] how its order is called among
--   those to adopt (adoptions.lua) or '', [6] most callbacks that are applied at once
-- What is kept makes its order due to be adopted now, its tries forgotten, and nudges orders of its reference.
-- Answers {'applied' | 'kept', id or '', callbacks left, due orders as STEP/ID packed, key, what became of it, ...}
--   or {'gone'}; of a callback: new | late | duplicate | kept
local name, bandwidth_order_id, member, most = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])

local function read_kept()
  local flat, kept = redis.call('HGETALL', KEYS[1]), {}
  for i = 1, #flat, 2 do kept[#kept + 1] = {seen = flat[i], news = cjson.decode(flat[i + 1])} end
  table.sort(kept, function(one, other)
    local here, there = one.news.at or 0, other.news.at or 0
    if here ~= there then return here < there end
    return one.seen < other.seen
  end)
  return kept
end

-- Takes callbacks that were heard out of the orphan. Returns how many are left.
local function take_out(kept, heard)
  local left = #kept - #heard / 2
  if left > 0 then
    for i = 1, #heard, 2 do redis.call('HDEL', KEYS[1], heard[i]) end
  else
    forget_orphan(name)
    count('orphan.replayed')
  end
  return left
end

local function apply_to(r, kept)
  local heard, due = {}, ''
  for i = 1, math.min(most, #kept) do
    local seen, news = kept[i].seen, kept[i].news
    local became = redis.call('SADD', order_key(r.id) .. ':seen', seen) == 0 and 'duplicate' or hear(r, news)
    if became == 'new' and news.nudge and not r.leased then due = STEP[r.state] .. '/' .. r.id end
    heard[2 * i - 1] = seen; heard[2 * i] = became
  end
  adopt_no_more(adoption_of(r.kind, bandwidth_order_id))
  return {'applied', r.id, take_out(kept, heard), due, unpack(heard)}
end

-- What is said of a purged order changes nothing any more.
local function give_up(id, kept)
  local heard = {}
  for i, each in ipairs(kept) do heard[2 * i - 1] = each.seen; heard[2 * i] = 'late' end
  if member ~= '' then adopt_no_more(member) end
  return {'applied', id, take_out(kept, heard), '', unpack(heard)}
end

-- The one order of a reference that needs a person is looked for too, where Bandwidth may have it under an id that we
-- do not know. Orders that are not sent are left alone, and those without an id of which every look counts (settings).
local function nudge_the_only_one(reference)
  local set = P .. 'reference:' .. reference
  if redis.call('ZCARD', set) ~= 1 then return nil end
  local r = record_of(redis.call('ZRANGE', set, 0, 0)[1])
  if r.state ~= 'needs_attention' or r.bandwidth_order_id then return nil end
  nudge(r)
  return not r.leased and STEP[r.state] .. '/' .. r.id or nil
end

local function nudge_orders(kept)
  local reference
  for _, each in ipairs(kept) do reference = each.news.reference or reference end
  if not reference then return '' end
  local due = nudge_by_reference(reference)
  due[#due + 1] = nudge_the_only_one(reference)
  return table.concat(due, ' ')
end

local kept = read_kept()
if #kept == 0 then
  sweep_orphans({name})
  return {'gone'}
end
local id = bandwidth_order_id ~= '' and redis.call('GET', P .. 'bandwidth:' .. bandwidth_order_id)
local r = id and record_of(id)
if r and r.state then return apply_to(r, kept) end
local purged = bandwidth_order_id ~= '' and redis.call('GET', P .. 'tombstone-bandwidth:' .. bandwidth_order_id)
if purged then return give_up(purged, kept) end

if member ~= '' then
  redis.call('ZADD', P .. 'due:adopt', ms(T), member)
  redis.call('HDEL', P .. 'adopt:tries', member)
end
local due, heard = nudge_orders(kept), {}
for i, each in ipairs(kept) do heard[2 * i - 1] = each.seen; heard[2 * i] = 'kept' end
count('orphan.replayed')
return {'kept', '', 0, due, unpack(heard)}
