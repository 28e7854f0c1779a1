-- Puts an order on disk, in its lines, in the indexes and in the due-set; or tells why not.
-- KEYS[1] the record   ARGV[3] a JSON object:
--   id, kind, family, subjects (separated by blanks), record {field: value}, reference, entry (timeline),
--   most (orders it may meet), safety_ms (look at a held order), idempotency, fingerprint,
--   amends (the order that it changes), amended (the timeline's entry for that one)
-- Answers {'accepted', state, now, next look, held by, backlog, numbers left to index} or {'repeated'}
--   or {'replayed', id} or {'reused', id} or {'too_many', id, ...} or {'ended', state} or {'followed', id}
--   or {'unlined'}
local order = cjson.decode(ARGV[3])
local key = KEYS[1]

-- An amendment joins directly behind the open order that it changes: nobody may stand between them.
local function not_amendable(target, met, orders, subjects)
  if not STEP[target.state] then return {'ended', target.state or ''} end
  if not target.lined then return {'unlined'} end
  for _, other in ipairs(orders) do
    if other ~= target.id then return {'followed', other} end
  end
  if #(met[target.id] or {}) ~= #subjects then return {'ended', target.state} end
end

local function amend(target)
  local target_key = order_key(target.id)
  redis.call('HSET', target_key, 'amended_by', order.id, 'updated_at', ms(T))
  local version = redis.call('HINCRBY', target_key, 'version', 1)
  redis.call('RPUSH', target_key .. ':timeline',
    '{"at":' .. ms(T) .. ',"state":"' .. target.state .. '","version":' .. version .. ',' .. order.amended)
  tell('order.updated', target.id, order.kind, target.state, version)
end

if redis.call('EXISTS', key) == 1 then
  count('accept.repeated')
  return {'repeated'}
end
local idempotency = order.idempotency and (P .. 'idempotency:' .. order.idempotency)
if idempotency then
  local first = values(idempotency, {'fingerprint', 'order'})
  if first.order then
    count('accept.replayed')
    return {first.fingerprint == order.fingerprint and 'replayed' or 'reused', first.order}
  end
end
local subjects = split(order.subjects)
local met, orders = meet(order.family, subjects)
local target = order.amends and values(order_key(order.amends), {'state', 'lined'})
if target then
  target.id = order.amends
  local refusal = not_amendable(target, met, orders, subjects)
  if refusal then return refusal end
end
local in_the_way = too_many(order.family, orders, order.most)
if in_the_way then return {'too_many', unpack(in_the_way, 1, math.min(#in_the_way, 20))} end
local backlog = redis.call('ZCOUNT', P .. 'due:submit', '-inf', ms(T))

local held = #orders > 0 and not target
local state = held and 'held' or 'accepted'
local next_look = T + (held and order.safety_ms or 0)
local fields = {'state', state, 'version', 1, 'created_at', ms(T), 'updated_at', ms(T), 'lined', 1}
for name, value in pairs(order.record) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
join(order.id, order.family, subjects, met, orders, not target)
if target then amend(target) end
redis.call('ZADD', P .. 'orders', 0, order.id)
redis.call('ZADD', P .. 'orders:' .. order.kind, 0, order.id)
index(order.id, order.kind, state)
local left = index_numbers(order.id, order.record.subjects and split(order.record.numbers or '') or subjects)
redis.call('ZADD', P .. 'reference:' .. order.reference, 0, order.id)
redis.call('RPUSH', key .. ':timeline', '{"at":' .. ms(T) .. ',"state":"' .. state .. '","version":1,' .. order.entry)
if idempotency then redis.call('HSET', idempotency, 'fingerprint', order.fingerprint, 'order', order.id) end
look_at(order.id, state, next_look)
tell('order.accepted', order.id, order.kind, state, 1)
count('accept.new')
return {'accepted', state, ms(T), ms(next_look), held and orders[1] or '', backlog, left}
