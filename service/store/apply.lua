-- Applies what was learned to one record. Shared by report.lua (a worker's), callback.lua (Bandwidth's),
-- act.lua (a person's) and adopt.lua (the callbacks that came before the record).
--
-- A report is a JSON object; all parts but `entry` may be missing:
--   state, from {state: true}  aims at a state, only from these
--   set {field: value}         visible: a difference raises the version; false removes
--   quiet {field: value}       invisible: looks, searches, times
--   outcomes {number: JSON}    replace the differing outcomes (their digest stands in `set`)
--   settled_by                 of a state that is an end: check, answer or person (argument.py)
--   entry                      the timeline's entry after its first parts; `always`: also when nothing changed
--   documents [packed]         after their first parts, as the entry; kept when the entry is
--   history [{key, entry}]     whole entries with times of their own, each kept once
--   bandwidth_order_id         learned by a 201, by a GET or in a callback (learn.lua)

local ENTRIES, FIRST = 500, 100  -- of a timeline: kept at all, and of these from its beginning
local DOCUMENTS = 40  -- of an order
local KEEP_MS = 30 * 86400 * 1000  -- how long an ended order knows its callbacks and its Idempotency-Key

local function record_of(id)
  local names = {'state', 'kind', 'version', 'fence', 'nudges', 'lease_until', 'idempotency',
    'bandwidth_order_id', 'lined', 'line_until', 'origin', 'reported', 'amended_by',
    'announced', 'target_announced', 'created_at', 'not_before', 'ready_at', 'traceparent', 'schema'}
  local r = values(order_key(id), names)
  if is_of_later_release(r) then error({err = 'LATER order ' .. id .. ' was written by a later version'}) end
  r.id = id
  r.leased = tonumber(r.lease_until or 0) > T
  return r
end

local function append(r, ...)
  local key = order_key(r.id) .. ':timeline'
  local over = redis.call('LLEN', key) + select('#', ...) - ENTRIES
  if over > 0 then
    -- the first entries tell how it was sent, the last how it ended: some between them go
    for i = 0, over - 1 do redis.call('LSET', key, FIRST + i, '') end
    redis.call('LREM', key, over, '')
    count('timeline.full')
  end
  redis.call('RPUSH', key, ...)
end

local function remember(r, report)
  append(r, '{"at":' .. ms(T) .. ',"state":"' .. r.state .. '","version":' .. r.version .. ',' .. report.entry)
end

-- What an ended order knows of its callbacks expires, also when it is the end that brings the first of them.
local function expire_seen(r)
  if not STEP[r.state] then redis.call('PEXPIRE', order_key(r.id) .. ':seen', KEEP_MS) end
end

local function merge_history(r, history)
  if not history then return end
  local new = {}
  for _, happening in ipairs(history) do
    if redis.call('SADD', order_key(r.id) .. ':seen', happening.key) == 1 then new[#new + 1] = happening.entry end
  end
  if #new > 0 then append(r, unpack(new)) end
  expire_seen(r)
end

local function keep_documents(r, report)
  if not report.documents or #report.documents == 0 then return end
  local key = order_key(r.id) .. ':documents'
  for _, document in ipairs(report.documents) do
    redis.call('RPUSH', key, '{"at":' .. ms(T) .. ',' .. document)
  end
  redis.call('LTRIM', key, -DOCUMENTS, -1)
  redis.call('PEXPIRE', key, report.documents_ms)
end

-- Writes fields and tells whether any of them is different now.
local function write(key, fields)
  local names, set, gone = {}, {}, {}
  for name in pairs(fields or {}) do names[#names + 1] = name end
  if #names == 0 then return false end
  local old = values(key, names)
  for _, name in ipairs(names) do
    local new = fields[name]
    if new == false then
      if old[name] then gone[#gone + 1] = name end
    elseif old[name] ~= tostring(new) then
      set[#set + 1] = name; set[#set + 1] = new
    end
  end
  in_chunks('HSET', key, set)
  in_chunks('HDEL', key, gone)
  return #set + #gone > 0
end

-- Writes what is visible of an order; its numbers are counted in its batch. Tells whether anything is different now.
local function show(r, fields)
  local key = order_key(r.id)
  local counted = {completed_numbers = 'numbers:complete', failed_numbers = 'numbers:failed'}
  local member = fields and fields.completed_numbers and member_of(r.id)
  local was = member and values(key, {'completed_numbers', 'failed_numbers'})
  local changed = write(key, fields)
  for field, what in pairs(member and counted or {}) do
    tally(member, what, tonumber(fields[field]) - tonumber(was[field] or 0))
  end
  return changed
end

local function write_outcomes(r, outcomes)
  local key, flat = order_key(r.id) .. ':outcomes', {}
  for number, outcome in pairs(outcomes) do flat[#flat + 1] = number; flat[#flat + 1] = outcome end
  redis.call('DEL', key)
  in_chunks('HSET', key, flat)
end

local function end_lease(r)
  redis.call('HDEL', order_key(r.id), 'lease_until', 'operation')
  redis.call('ZREM', P .. 'in-flight', r.id)
  r.leased = false
end

-- Leaves its lines, unless it has left them. Returns the orders that became first.
local function leave_lines(r)
  if not r.lined then return {} end
  local line = values(order_key(r.id), {'family', 'subjects', 'numbers'})
  local first = leave(r.id, line.family, split(line.subjects or line.numbers))
  redis.call('HDEL', order_key(r.id), 'lined', 'line_until')
  r.lined = false
  due_now(first)
  return first
end

-- Counts an end by who settled it: a check proves one that a callback had announced, or that none had.
local function count_end(r, settled_by)
  local announced = settled_by == 'check' and (r.announced or r.target_announced)
  count('order.ended.' .. r.kind .. '.' .. r.state .. '.' .. (announced and 'callback' or settled_by))
  -- of one placed elsewhere nobody knows when it began
  if r.origin ~= 'external' then observe('order.' .. r.kind, T - tonumber(r.created_at)) end
end

-- Counts how long it took until Bandwidth had an order, from when it could be sent.
local function observe_submit(r)
  if r.origin == 'external' then return end
  local ready = math.max(tonumber(r.created_at), tonumber(r.not_before or 0), tonumber(r.ready_at or 0))
  observe('submit.' .. r.kind, T - ready)
end

-- Enters an end: out of the due-sets and the lines, secrets gone. Returns the orders that became first.
local function finish(r)
  local key = order_key(r.id)
  redis.call('ZREM', P .. 'due:submit', r.id)
  redis.call('ZREM', P .. 'due:check', r.id)
  redis.call('HDEL', key, 'secrets', 'lease_until', 'operation', 'next_look_at', 'waiting', 'announced', 'aside_since',
    'target_announced', 'ready_at')
  redis.call('HSET', key, 'completed_at', ms(T))
  redis.call('ZADD', P .. 'ended', ms(T), r.id)
  expire_seen(r)
  if r.idempotency then redis.call('PEXPIRE', P .. 'idempotency:' .. r.idempotency, KEEP_MS) end
  end_in_batch(r.id)
  return leave_lines(r)
end

local function enter(r, state)
  local was = r.state
  reindex(r.id, r.kind, was, state)
  redis.call('HSET', order_key(r.id), 'state', state)
  if STEP[was] and STEP[was] ~= STEP[state] then redis.call('ZREM', P .. 'due:' .. STEP[was], r.id) end
  if state == 'received' or state == 'processing' then
    redis.call('HDEL', order_key(r.id), 'secrets')
    if redis.call('HSETNX', order_key(r.id), 'received_at', ms(T)) == 1 then observe_submit(r) end
  end
  if state == 'uncertain' then uncertain_from_now(r.id) end
  -- while it needed a person, nobody could send it
  if was == 'needs_attention' and state == 'accepted' then redis.call('HSET', order_key(r.id), 'ready_at', ms(T)) end
  r.state = state
end

-- Returns whether anything visible changed, and the orders that became first in their lines.
local function apply(r, report)
  local key, first, ended, was = order_key(r.id), {}, false, r.state
  local changed = show(r, report.set)
  if changed and report.outcomes then write_outcomes(r, report.outcomes) end
  write(key, report.quiet)
  if report.state and report.state ~= r.state and report.from and report.from[r.state] then
    enter(r, report.state)
    changed = true
    ended = not STEP[r.state]
    if ended then
      first = finish(r)
      count_end(r, report.settled_by)
    end
  end
  if changed then
    r.version = redis.call('HINCRBY', key, 'version', 1)
    redis.call('HSET', key, 'updated_at', ms(T))
    tell(ended and 'order.completed' or 'order.updated', r.id, r.kind, r.state, r.version, was)
  end
  if changed or report.always then
    remember(r, report)
    keep_documents(r, report)
  end
  merge_history(r, report.history)
  return changed, first
end

-- Brings the look at an order to now, or makes its holder look again.
local function nudge(r)
  redis.call('HINCRBY', order_key(r.id), 'nudges', 1)
  r.nudges = tostring(tonumber(r.nudges or 0) + 1)
  if not r.leased then look_at(r.id, r.state, T) end
end

-- What Bandwidth says of an order it says of the one that changes it; one that is not sent yet is left alone.
local function nudge_amendment(r, news)
  if not r.amended_by or is_of_later_release(values(order_key(r.amended_by), {'schema'})) then return end
  local amendment = record_of(r.amended_by)
  if not STEP[amendment.state] then return end
  if amendment.state == 'accepted' or amendment.state == 'held' then return end
  if news.nudge then redis.call('HSET', order_key(amendment.id), 'target_announced', 1) end
  nudge(amendment)
end

-- Bandwidth's word about an order, by callback: moves it forward at most to `processing`, and brings its check
-- to now when an end was announced. Returns 'new' or 'late'.
local function hear(r, news)
  if not STEP[r.state] then
    news.set, news.state = nil, nil
    apply(r, news)
    expire_seen(r)
    nudge_amendment(r, news)
    return 'late'
  end
  apply(r, news)
  if news.nudge then
    nudge(r)
    nudge_amendment(r, news)
  end
  return 'new'
end
