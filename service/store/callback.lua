-- Bandwidth's callback: finds the order it is about and applies it, or keeps it until the order is known.
-- KEYS[1] any key of the account   ARGV[3] key of this callback (dedup), [4] its JSON report (apply.lua) with besides
--   nudge (an end, or a word we do not know), reference, duplicate (entry for one that came before);
--   [5] how its order is called among those to adopt (adoptions.lua) or '', [6] ms that our own answer has to come first
--   [7] 1 when it waited in the spool
-- Only a record that already holds the callback's id is changed; a reference is not unique.
-- Answers {'new' | 'late' | 'duplicate' | 'orphan' | 'anonymous', id or '', due step or ''}
local seen, news = ARGV[3], cjson.decode(ARGV[4])
local ORPHANS, ORPHAN_MS, NUDGED = 100, 7 * 86400 * 1000, 100

-- A callback can overtake the 201 that names its order: look for the uncertain ones of its reference now.
local function nudge_by_reference(reference)
  local step = ''
  for _, id in ipairs(redis.call('ZRANGE', P .. 'reference:' .. reference, 0, NUDGED - 1, 'REV')) do
    local r = values(order_key(id), {'state', 'lease_until'})
    if r.state == 'submitting' or r.state == 'uncertain' then
      redis.call('HINCRBY', order_key(id), 'nudges', 1)
      if tonumber(r.lease_until or 0) <= T then look_at(id, r.state, T); step = 'submit' end
    end
  end
  return step
end

local function keep_orphan(key)
  if redis.call('HEXISTS', key, seen) == 1 then
    count('callback.duplicate')
    return 'duplicate'
  end
  count('callback.orphan')
  if redis.call('HLEN', key) < ORPHANS then redis.call('HSET', key, seen, ARGV[4]) end
  redis.call('PEXPIRE', key, ORPHAN_MS)
  return 'orphan'
end

local id = news.bandwidth_order_id and redis.call('GET', P .. 'bandwidth:' .. news.bandwidth_order_id)
local r = id and record_of(id)
if ARGV[7] == '1' then count('callback.spooled') end
if r and r.state then
  local again = redis.call('SADD', order_key(id) .. ':seen', seen) == 0
  if again then
    count('callback.duplicate')
    apply(r, {always = true, entry = news.duplicate})
    return {'duplicate', id, ''}
  end
  local heard = hear(r, news)
  count('callback.' .. heard)
  return {heard, id, heard == 'new' and news.nudge and not r.leased and STEP[r.state] or ''}
end
if not (news.bandwidth_order_id or news.reference) then
  count('callback.anonymous')
  return {'anonymous', '', ''}
end
local key = news.bandwidth_order_id and 'orphan:' .. news.bandwidth_order_id or 'orphan-reference:' .. news.reference
local kept = keep_orphan(P .. key)
if ARGV[5] ~= '' then redis.call('ZADD', P .. 'due:adopt', 'NX', ms(T + ARGV[6]), ARGV[5]) end
return {kept, '', news.reference and kept == 'orphan' and nudge_by_reference(news.reference) or ''}
