-- Makes a record of an order that was placed elsewhere, unless it is known, may be one of ours that does not know its id
-- yet, or is the second that Bandwidth made for one of ours. It stands at the end of its lines and waits for nobody.
-- KEYS[1] the new record   ARGV[3] a JSON object:
--   id, kind, family, subjects (separated by blanks), record {field: value}, bandwidth_order_id, reference (if it
--   tells one), entry (timeline), most (orders it may meet), line_ms (it stays in its lines),
--   back_off (adoptions.lua), account (account.lua), not_taken {why: true} (ours.lua),
--   doubled {set, entry}: what to say when it is the second order that Bandwidth holds for one of ours (learn.lua)
-- Answers {'adopted', 1 when it stands in its lines, numbers left to index} or {'known'} or {'postponed'}
--   or {'doubled', id of ours, due step or ''}
local order = cjson.decode(ARGV[3])
local key, member = KEYS[1], adoption_of(order.kind, order.bandwidth_order_id)
local pointer = P .. 'bandwidth:' .. order.bandwidth_order_id
local ORPHAN_CALLS = 9  -- what applying one callback costs of the bound on a script's calls

local function join_lines(subjects, met, orders)
  -- the more callbacks wait to be applied, the fewer orders it may meet
  local most = math.max(0, order.most - ORPHAN_CALLS * redis.call('HLEN', P .. 'orphan:' .. order.bandwidth_order_id))
  if too_many(order.family, orders, most) then return 0 end
  join(order.id, order.family, subjects, met, orders, false)
  redis.call('HSET', key, 'lined', 1, 'line_until', ms(T + order.line_ms))
  return 1
end

-- No record for itself: a person must look at ours.
local function give_to(id)
  local r = record_of(id)
  redis.call('SET', pointer, id)
  say_doubled(r, order.bandwidth_order_id, order.doubled)
  if STEP[r.state] then look_at(id, r.state, T) end
  count('adopt.doubled')
  return {'doubled', id, STEP[r.state] or ''}
end

account(order.account, member)
-- what was purged of late is known as well
if redis.call('EXISTS', pointer, P .. 'tombstone-bandwidth:' .. order.bandwidth_order_id) > 0 then
  adopt_no_more(member)
  return {'known'}
end
local subjects = split(order.subjects)
local met, orders = meet(order.family, subjects)
if may_be_ours(order, met) then
  count('adopt.postponed')
  adopt_later(member, order.bandwidth_order_id, order.back_off)
  return {'postponed'}
end
local doubled = doubled_by(order)
if doubled then return give_to(doubled) end

local fields = {'state', 'received', 'version', 1, 'created_at', ms(T), 'updated_at', ms(T), 'received_at', ms(T),
  'schema', SCHEMA}
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
tell('order.updated', order.id, order.kind, 'received', 1)
hear_orphans(record_of(order.id), order.bandwidth_order_id)
count('adopt.new')
return {'adopted', lined, left}
