-- Purges some batches that ended long ago, and whose orders are purged all.
-- KEYS[1] the ended batches   ARGV[3] ms that they are kept, [4] most
-- Answers ids
local keep_ms, most = tonumber(ARGV[3]), tonumber(ARGV[4])

-- those whose orders are kept, however many, must not hide what is behind them: every sweep looks in another place
local function some_old()
  local until_ms = ms(T - keep_ms)
  local behind = redis.call('ZCOUNT', KEYS[1], '-inf', until_ms)
  local place = behind > most and most * (math.floor(T / 1000) % math.ceil(behind / most)) or 0
  return redis.call('ZRANGE', KEYS[1], '-inf', until_ms, 'BYSCORE', 'LIMIT', place, most)
end

local ripe = {}
for _, id in ipairs(some_old()) do
  local idempotency = redis.call('HGET', batch_key(id), 'idempotency')
  local named = idempotency and P .. 'idempotency:' .. idempotency
  local holds = named and redis.call('HGET', named, 'order') == id
  if redis.call('EXISTS', batch_key(id) .. ':orders') == 0 then
    ripe[#ripe + 1] = {id = id, named = holds and named}
  end
end
local purged = {}
for _, each in ipairs(ripe) do
  local key = batch_key(each.id)
  redis.call('UNLINK', key, key .. ':plan', key .. ':waiting', key .. ':errors', key .. ':tally')
  redis.call('ZREM', P .. 'batches', each.id)
  redis.call('ZREM', P .. 'batches:ended', each.id)
  redis.call('ZREM', P .. 'due:batch', each.id)
  if each.named then redis.call('DEL', each.named) end
  purged[#purged + 1] = each.id
  count('batch.purged')
end
return purged
