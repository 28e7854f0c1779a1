-- Bandwidth's callback: finds the order it is about and applies it, or keeps it until the order is known (orphans.lua).
-- KEYS[1] any key of the account   ARGV[3] key of this callback (dedup), [4] its JSON report (apply.lua) with besides
--   nudge (an end, or a word we do not know), reference, duplicate (entry for one that came before);
--   [5] how its order is called among those to adopt (adoptions.lua) or '', [6] ms that our own answer has to come first
--   [7] 1 when it waited in the spool
-- Only a record that already holds the callback's id is changed; a reference is not unique.
-- What comes for a purged order is late, and kept nowhere (purge.lua).
-- Answers {'new' | 'late' | 'duplicate' | 'orphan' | 'anonymous', id or '', due step or ''}, and for an order's own its
--   traceparent or ''
local seen, news = ARGV[3], cjson.decode(ARGV[4])

-- The order that was purged and of which this callback tells, or nil. By reference alone only its own id tells.
local function purged_order()
  if news.bandwidth_order_id then return redis.call('GET', P .. 'tombstone-bandwidth:' .. news.bandwidth_order_id) end
  local id = news.reference
  local purged = id and redis.call('EXISTS', P .. 'reference:' .. id) == 0
    and redis.call('EXISTS', P .. 'tombstone:' .. id) == 1
  return purged and id or nil
end

-- How late it comes by Bandwidth's own clock: not where that is ahead of ours, nor of what has waited in the spool.
local function observe_lag()
  local lag = news.modified_at and T - news.modified_at or -1
  if lag >= 0 and ARGV[7] ~= '1' then observe('callback_lag', lag) end
end

local id = news.bandwidth_order_id and redis.call('GET', P .. 'bandwidth:' .. news.bandwidth_order_id)
local r = id and record_of(id)
if ARGV[7] == '1' then count('callback.spooled') end
if r and r.state then
  local again = redis.call('SADD', order_key(id) .. ':seen', seen) == 0
  if again then
    count('callback.duplicate')
    apply(r, {always = true, entry = news.duplicate})
    return {'duplicate', id, '', r.traceparent or ''}
  end
  local heard = hear(r, news)
  count('callback.' .. heard)
  observe_lag()
  return {heard, id, heard == 'new' and news.nudge and not r.leased and STEP[r.state] or '', r.traceparent or ''}
end
if not (news.bandwidth_order_id or news.reference) then
  count('callback.anonymous')
  return {'anonymous', '', ''}
end
local purged = purged_order()
if purged then
  count('callback.late')
  return {'late', purged, ''}
end
local name = news.bandwidth_order_id and 'orphan:' .. news.bandwidth_order_id or 'orphan-reference:' .. news.reference
local kept, step = keep_orphan(name, seen, ARGV[4]), ''
if kept == 'orphan' then observe_lag() end
if ARGV[5] ~= '' then redis.call('ZADD', P .. 'due:adopt', 'NX', ms(T + ARGV[6]), ARGV[5]) end
if news.reference and kept == 'orphan' and #nudge_by_reference(news.reference) > 0 then step = 'submit' end
return {kept, '', step}
