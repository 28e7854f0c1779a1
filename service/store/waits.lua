-- Tells how long orders wait for their turn. Nothing here writes.
-- KEYS[1] the meter   ARGV[3], [4], ... step and id of each order; an id '' is the first of the step that is due
-- Answers for each the ms until its turn, were everything before it one exchange; -1 when it does not wait for that:
-- it is not due, or somebody has it, or the account is paused.
local pace = values(METER, {'interval', 'burst'})
local is_paused = paused('') ~= nil
local meters = {}

local function meter_for(step)
  meters[step] = meters[step] or meter_of(step, tonumber(pace.interval), tonumber(pace.burst))
  return meters[step]
end

local function place(step, id)
  local due = P .. 'due:' .. step
  if id == '' then return redis.call('ZCOUNT', due, '-inf', ms(T)) > 0 and 1 or nil end
  local score = tonumber(redis.call('ZSCORE', due, id) or nil)
  return score and score <= T and redis.call('ZRANK', due, id) + 1 or nil
end

local function wait(step, id)
  local n = not is_paused and place(step, id)
  if not n then return -1 end
  return pace.interval and math.ceil(turn_in(meter_for(step), n)) or 0
end

local answers = {}
for i = 3, #ARGV, 2 do answers[#answers + 1] = wait(ARGV[i], ARGV[i + 1]) end
return answers
