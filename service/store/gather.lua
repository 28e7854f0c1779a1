-- Hands out orders of one kind that one list of Bandwidth's may answer for, together: those that are due for a check,
-- and those that are due soon, so that their looks come together from now on. Pushed on by one lease, as `take` does.
-- KEYS[1] the due-set of checks   ARGV[3] a JSON object:
--   ids (that `take` has handed out already), soon {kind that has lists: longest time in ms that a look may be early},
--   least, most (orders of a group), push_ms, early (part of the time since the last look by which the next may be early)
-- An order with an end that a callback told, a lease, no id or no picture yet is looked at by itself; so is one of which
-- a list told that it has moved, and one that must leave its lines. Answers {} or {now, kind, {id, 1 when early, value of each of TOLD, '' for none} ...}
local asked, key = cjson.decode(ARGV[3]), KEYS[1]
local TOLD = {'bandwidth_order_id', 'bandwidth_status', 'modified_at', 'checked_at', 'received_at', 'pictured_at',
  'sighted_at', 'looks', 'failures', 'nudges', 'fence'}
local NEEDED = {'state', 'kind', 'announced', 'alone', 'lease_until', 'next_look_at', 'lined', 'line_until', 'schema',
  unpack(TOLD)}
local READ = 800  -- records that one call reads

local longest = 0
for _, soon in pairs(asked.soon) do longest = math.max(longest, soon) end

local function may_be_listed(r)
  return STEP[r.state] == 'check' and r.state ~= 'needs_attention' and asked.soon[r.kind] and not is_of_later_release(r)
    and r.bandwidth_order_id and r.bandwidth_status and r.pictured_at and not r.announced and not r.alone
    and tonumber(r.lease_until or 0) <= T
    and not (r.lined and r.line_until and tonumber(r.line_until) <= T)
end

local function is_soon(r)
  local look, last = tonumber(r.next_look_at), tonumber(r.checked_at or r.received_at or r.next_look_at)
  return look - T <= asked.soon[r.kind] and (look - T) * asked.early <= look - last
end

local groups, seen, looked = {}, {}, 0

-- Puts an order into the group of its kind; `score`: only when nobody has pushed it on.
local function consider(id, score)
  if seen[id] or looked >= READ then return end
  seen[id], looked = true, looked + 1
  local r = values(order_key(id), NEEDED)
  if not may_be_listed(r) or score and tonumber(r.next_look_at or 0) ~= score then return end
  local early = tonumber(r.next_look_at or 0) > T
  if early and not (groups[r.kind] and is_soon(r)) then return end
  r.id, r.early = id, early
  local group = groups[r.kind] or {}
  groups[r.kind] = group
  if #group < asked.most then group[#group + 1] = r end
end

if paused('') then return {} end
if #asked.ids == 0 and redis.call('ZCOUNT', key, '-inf', ms(T)) == 0 then return {} end
for _, id in ipairs(asked.ids) do consider(id) end
for _, id in ipairs(redis.call('ZRANGE', key, '-inf', ms(T), 'BYSCORE', 'LIMIT', 0, asked.most)) do consider(id) end
if next(groups) == nil then return {} end
local soon = redis.call('ZRANGE', key, '(' .. ms(T), ms(T + longest), 'BYSCORE', 'LIMIT', 0, asked.most, 'WITHSCORES')
for i = 1, #soon, 2 do consider(soon[i], tonumber(soon[i + 1])) end

local kind
for each, group in pairs(groups) do
  local more = not kind or #group > #groups[kind] or #group == #groups[kind] and each < kind
  if #group >= asked.least and more then kind = each end
end
if not kind then return {} end
local answer, pushed = {ms(T), kind}, {}
for _, r in ipairs(groups[kind]) do
  local told = {r.id, r.early and '1' or ''}
  for _, name in ipairs(TOLD) do told[#told + 1] = r[name] or '' end
  answer[#answer + 1] = told
  pushed[#pushed + 1] = ms(T + asked.push_ms); pushed[#pushed + 1] = r.id
end
redis.call('ZADD', key, 'XX', unpack(pushed))
return answer
