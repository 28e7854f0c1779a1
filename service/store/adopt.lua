-- Makes a record of an order that was placed elsewhere, unless it is known, or may be one of ours that does not know
-- its id yet. It stands at the end of its lines and waits for nobody.
-- KEYS[1] the new record   ARGV[3] a JSON object:
--   id, kind, family, subjects (separated by blanks), record {field: value}, bandwidth_order_id, reference (if it
--   tells one), entry (timeline), most (orders it may meet), line_ms (it stays in its lines),
--   back_off (adoptions.lua), account (account.lua)
-- Answers {'adopted', 1 when it stands in its lines, numbers left to index} or {'known'} or {'postponed'}
local order = cjson.decode(ARGV[3])
local key, member = KEYS[1], adoption_of(order.kind, order.bandwidth_order_id)
local pointer = P .. 'bandwidth:' .. order.bandwidth_order_id
local LOOKED = 200  -- orders of ours that are looked at
local ORPHAN_CALLS = 8  -- what applying one callback costs of the bound on a script's calls

-- Whether Bandwidth may hold an order of ours under an id that we do not know.
local function may_be_it(id)
  local r = values(order_key(id), {'state', 'kind', 'attempts', 'bandwidth_order_id', 'amends'})
  local open = r.state and STEP[r.state] and r.kind == order.kind and not r.amends
  return open and not r.bandwidth_order_id and tonumber(r.attempts or 0) > 0
end

-- Looks at those of its reference, in the states in which an order of ours has no id.
local function may_be_of_reference(reference)
  local looked = 0
  for _, state in ipairs({'submitting', 'uncertain', 'needs_attention', 'accepted'}) do
    local sets = {P .. 'reference:' .. reference, P .. 'orders:' .. order.kind .. ':' .. state}
    looked = looked + redis.call('ZINTERCARD', 2, sets[1], sets[2], 'LIMIT', LOOKED + 1)
    if looked > LOOKED then return true end
    for _, id in ipairs(redis.call('ZINTER', 2, sets[1], sets[2])) do
      if may_be_it(id) then return true end
    end
  end
  return false
end

-- The orders that stand directly before those that were met, as `meet` groups them.
local function before(met)
  local found = {}
  for id, subjects in pairs(met) do
    for from = 1, #subjects, CHUNK do
      local to = math.min(from + CHUNK - 1, #subjects)
      local ahead = redis.call('HMGET', order_key(id) .. ':ahead', unpack(subjects, from, to))
      for i = 1, to - from + 1 do
        local other = ahead[i]
        if other then
          found[other] = found[other] or {}
          table.insert(found[other], subjects[from + i - 1])
        end
      end
    end
  end
  return found
end

-- Looks at those that stand in its lines, from the last to the first: every open order of ours stands in its own.
local function may_be_in_line(met)
  local looked = 0
  while next(met) do
    for id in pairs(met) do
      looked = looked + 1
      if looked > LOOKED or may_be_it(id) then return true end
    end
    met = before(met)
  end
  return false
end

local function join_lines(subjects, met, orders)
  -- the more callbacks wait to be applied, the fewer orders it may meet
  local most = math.max(0, order.most - ORPHAN_CALLS * redis.call('HLEN', P .. 'orphan:' .. order.bandwidth_order_id))
  if too_many(order.family, orders, most) then return 0 end
  join(order.id, order.family, subjects, met, orders, false)
  redis.call('HSET', key, 'lined', 1, 'line_until', ms(T + order.line_ms))
  return 1
end

account(order.account, member)
if redis.call('EXISTS', pointer) == 1 then
  adopt_no_more(member)
  return {'known'}
end
local subjects = split(order.subjects)
local met, orders = meet(order.family, subjects)
local ours
if order.reference then ours = may_be_of_reference(order.reference) else ours = may_be_in_line(met) end
if ours then
  count('adopt.postponed')
  adopt_later(member, order.bandwidth_order_id, order.back_off)
  return {'postponed'}
end

local fields = {'state', 'received', 'version', 1, 'created_at', ms(T), 'updated_at', ms(T), 'received_at', ms(T)}
for name, value in pairs(order.record) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
redis.call('SET', pointer, order.id)
local lined = join_lines(subjects, met, orders)
redis.call('ZADD', P .. 'orders', 0, order.id)
redis.call('ZADD', P .. 'orders:' .. order.kind, 0, order.id)
index(order.id, order.kind, 'received')
local left = index_numbers(order.id, split(order.record.numbers))
if order.reference then redis.call('ZADD', P .. 'reference:' .. order.reference, 0, order.id) end
redis.call('RPUSH', key .. ':timeline', '{"at":' .. ms(T) .. ',"state":"received","version":1,' .. order.entry)
look_at(order.id, 'received', T)
hear_orphans(record_of(order.id))
count('adopt.new')
return {'adopted', lined, left}
