-- Who did what, beside the timelines of orders: a stream, trimmed by length and by age.
--   P..'audit'   at (ms), by, action, subject, detail
local MOST_DEEDS = 10000

local function note(deed, days)
  local stream, fields = P .. 'audit', {'at', ms(T)}
  for name, value in pairs(deed) do fields[#fields + 1] = name; fields[#fields + 1] = value end
  redis.call('XADD', stream, 'MAXLEN', '~', MOST_DEEDS, '*', unpack(fields))
  redis.call('XTRIM', stream, 'MINID', '~', ms(T - tonumber(days) * 86400000))
end
