-- Takes what a list told of orders that `gather` handed out.
-- KEYS[1] the due-set of checks   ARGV[3] a JSON object:
--   operation, at (ms, when they were handed out), push_ms, account (account.lua), asked (what was asked, for account.lua)
--   orders [{id, fence, nudges, looks (as handed out), becomes, look_ms (until the next look), sighted (the list has it),
--     modified_at (ms, where the record does not know it; may be missing)}]
-- becomes   unmoved: a look is counted, and nothing changes that can be seen
--           told: its look is now, and still this taker's, who has the whole picture
--           alone: its look is now, by itself
--           later: its look stays when it is due
-- An order that anybody has claimed, nudged or surveyed since is left alone: what is known of it is newer.
-- Answers {1 when the account was just paused, orders of which this was taken}
local told, key = cjson.decode(ARGV[3]), KEYS[1]
local FIELDS = {'state', 'fence', 'nudges', 'looks', 'lined', 'line_until', 'surveyed', 'next_look_at'}

-- A claim has raised the fence, a callback the nudges, a survey the looks.
local function is_as_it_was(r, order)
  return STEP[r.state] == 'check' and r.fence == order.fence
    and (r.nudges or '0') == order.nudges and (r.looks or '0') == order.looks
end

local become = {}

-- Returns the fields that are set, and when to ring.
function become.unmoved(r, order)
  local look = T + order.look_ms
  if r.lined and r.line_until then look = math.min(look, tonumber(r.line_until)) end
  local fields = {'looks', tonumber(order.looks) + 1, 'checked_at', ms(told.at), 'next_look_at', ms(look)}
  local function add(name, value) fields[#fields + 1] = name; fields[#fields + 1] = value end
  if order.sighted then add('sighted_at', ms(told.at)) end
  if order.modified_at then add('modified_at', ms(order.modified_at)) end
  redis.call('HDEL', order_key(order.id), 'failures', 'waiting')
  return fields, look
end

function become.told(r)
  return {'next_look_at', ms(math.min(T, tonumber(r.next_look_at or T)))}, T + told.push_ms
end

function become.alone(r)
  return {'next_look_at', ms(math.min(T, tonumber(r.next_look_at or T))), 'alone', 1}, T
end

function become.later(r)
  return {}, tonumber(r.next_look_at or T)
end

local records, taken, due = {}, 0, {}
for i, order in ipairs(told.orders) do records[i] = values(order_key(order.id), FIELDS) end
local paused_now = account(told.account, told.asked)
for i, order in ipairs(told.orders) do
  local r = records[i]
  if r.surveyed == told.operation then
    taken = taken + 1
  elseif is_as_it_was(r, order) then
    local fields, at = become[order.becomes](r, order)
    redis.call('HSET', order_key(order.id), 'surveyed', told.operation, unpack(fields))
    due[#due + 1] = ms(at); due[#due + 1] = order.id
    taken = taken + 1
  end
end
if #due > 0 then redis.call('ZADD', key, 'XX', unpack(due)) end
return {paused_now, taken}
