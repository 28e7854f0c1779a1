-- Marks an order that a record from a backup thinks unsent: after the backup it may have been sent all the same.
-- KEYS[1] the record   ARGV[3] id, [4] JSON: entry, waiting (JSON), attention (JSON),
--   not_taken {why}: reasons for attention that say that Bandwidth surely has nothing
-- Where others stand before it in line it is looked for in its turn: they were sent before it, if at all (claim.lua).
-- Answers the state that it had, or '': it is left as it is.
local id, said, key = ARGV[3], cjson.decode(ARGV[4]), KEYS[1]
local UNSENT = {accepted = true, held = true, submitting = true}
local r = record_of(id)
local more = values(key, {'family', 'attention'})

-- A person who retries it now must not send it again.
local function is_doubtful()
  local why = more.attention and cjson.decode(more.attention).why
  return r.state == 'needs_attention' and not r.bandwidth_order_id and said.not_taken[why] == true
end

local was = r.state
if UNSENT[was] then
  local in_turn = redis.call('HEXISTS', P .. 'line:' .. more.family .. ':waiting', id) == 1
  redis.call('HINCRBY', key, 'fence', 1)
  end_lease(r)
  apply(r, {state = 'uncertain', from = UNSENT, always = true, entry = said.entry,
    quiet = {waiting = said.waiting, failures = false, in_turn = in_turn and '1' or false}})
  look_at(id, r.state, T)
elseif is_doubtful() then
  apply(r, {set = {attention = said.attention}, always = true, entry = said.entry})
else
  count('restore.left')
  return ''
end
count('restore.marked')
return was
