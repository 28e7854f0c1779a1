-- Puts an order on disk, in its lines, in the indexes and in the due-set; or tells why not.
-- KEYS[1] the record   ARGV[3] a JSON object:
--   id, kind, family, subjects (a list: to split thousands takes longer), record {field: value}, reference, entry (timeline),
--   most (orders it may meet), safety_ms (look at a held order), not_before (ms), idempotency, fingerprint,
--   amends (the order that it changes), amended (the timeline's entry for that one),
--   retries (the ended order whose failed numbers it takes up), tried (who had done so, as it was read, or ''),
--   retried (the timeline's entry for that one), rehearsed: it only asks; it brings a new id and no idempotency
-- Answers {'accepted', state, now, next look, held by, backlog, numbers left to index} or {'repeated'}
--   or {'replayed', id} or {'reused', id} or {'too_many', id, ...} or {'ended', state} or {'followed', id}
--   or {'unlined'} or {'not_ended', state} or {'retried', id} or {'rehearsed', state, now, next look, held by}
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

-- A retry is of an order that has ended, and no other has taken up its numbers since they were read.
local function not_retryable(source)
  if not source.state or STEP[source.state] then return {'not_ended', source.state or ''} end
  if (source.retried_by or '') ~= order.tried then return {'retried', source.retried_by or ''} end
end

-- Lets another order name this one.
local function link(other, field, entry)
  local other_key = order_key(other.id)
  redis.call('HSET', other_key, field, order.id, 'updated_at', ms(T))
  local version = redis.call('HINCRBY', other_key, 'version', 1)
  redis.call('RPUSH', other_key .. ':timeline',
    '{"at":' .. ms(T) .. ',"state":"' .. other.state .. '","version":' .. version .. ',' .. entry)
  tell('order.updated', other.id, order.kind, other.state, version, other.state)
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
local subjects = order.subjects
local met, orders = meet(order.family, subjects)
local target = order.amends and values(order_key(order.amends), {'state', 'lined'})
if target then
  target.id = order.amends
  local refusal = not_amendable(target, met, orders, subjects)
  if refusal then return refusal end
end
local source = order.retries and values(order_key(order.retries), {'state', 'retried_by'})
if source then
  source.id = order.retries
  local refusal = not_retryable(source)
  if refusal then return refusal end
end
local in_the_way = too_many(order.family, orders, order.most)
if in_the_way then return {'too_many', unpack(in_the_way, 1, math.min(#in_the_way, 20))} end
local backlog = redis.call('ZCOUNT', P .. 'due:submit', '-inf', ms(T))

local held = #orders > 0 and not target
-- of a batch that came from a backup it may have been sent after that: it is looked for first, in its turn (restore.lua)
local doubtful = order.record.batch and redis.call('HGET', batch_key(order.record.batch), 'doubtful')
local state = doubtful and 'uncertain' or held and 'held' or 'accepted'
local next_look = math.max(T + (held and order.safety_ms or 0), order.not_before or 0)
if order.rehearsed then return {'rehearsed', state, ms(T), ms(next_look), held and orders[1] or ''} end
local fields = {'state', state, 'version', 1, 'created_at', ms(T), 'updated_at', ms(T), 'lined', 1, 'schema', SCHEMA}
for name, value in pairs(order.record) do fields[#fields + 1] = name; fields[#fields + 1] = value end
redis.call('HSET', key, unpack(fields))
join(order.id, order.family, subjects, met, orders, not target)
if target then link(target, 'amended_by', order.amended) end
if source then link(source, 'retried_by', order.retried) end
redis.call('ZADD', P .. 'orders', 0, order.id)
redis.call('ZADD', P .. 'orders:' .. order.kind, 0, order.id)
index(order.id, order.kind, state)
if order.record.batch then join_batch(order.id, order.record, state) end
local left = index_numbers(order.id, order.record.subjects and split(order.record.numbers or '') or subjects)
redis.call('ZADD', P .. 'reference:' .. order.reference, 0, order.id)
redis.call('RPUSH', key .. ':timeline', '{"at":' .. ms(T) .. ',"state":"' .. state .. '","version":1,' .. order.entry)
if idempotency then redis.call('HSET', idempotency, 'fingerprint', order.fingerprint, 'order', order.id) end
look_at(order.id, state, next_look)
if doubtful then
  uncertain_from_now(order.id)
  if held then redis.call('HSET', key, 'in_turn', '1') end
end
tell('order.accepted', order.id, order.kind, state, 1)
count('order.accepted.' .. order.kind)
return {'accepted', state, ms(T), ms(next_look), held and orders[1] or '', backlog, left}
