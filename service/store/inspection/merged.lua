-- Whether a record that is gone was merged into another one: learn.lua leaves some of its numbers in the index, and
-- readers skip them.

-- number -> what the timelines of its newest orders tell, read once
local told = {}
local function timelines(number)
  if told[number] then return told[number] end
  local orders, lines = redis.call('ZRANGE', others_key(number), 0, 99, 'REV'), {}
  orders[#orders + 1] = redis.call('HGET', P .. 'tn', number) or nil
  for _, other in ipairs(orders) do
    lines[#lines + 1] = table.concat(redis.call('LRANGE', order_key(other) .. ':timeline', 0, -1), '\n')
  end
  told[number] = lines
  return lines
end

local function was_merged(id, number)
  for _, timeline in ipairs(timelines(number)) do
    if string.find(timeline, '"merged":"' .. id .. '"', 1, true) then return true end
  end
  return false
end
