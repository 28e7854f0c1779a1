-- An order placed elsewhere that could not be fetched: tried again later, or no more once its callbacks are gone.
-- KEYS[1] any key of the account   ARGV[3] a JSON object:
--   kind, bandwidth_order_id, back_off (adoptions.lua), account (account.lua)
-- Answers {1 when it is tried again, 1 when the account was just paused}
local order = cjson.decode(ARGV[3])
local member = adoption_of(order.kind, order.bandwidth_order_id)
local again = adopt_later(member, order.bandwidth_order_id, order.back_off)
return {again and 1 or 0, account(order.account, member)}
