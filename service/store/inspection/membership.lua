-- Holds an order against the batch that it was made for.
local function check_membership(id, batch)
  if not batch then return end
  local key = batch_key(batch)
  if redis.call('EXISTS', key) == 0 then
    differs(order_key(id), 'It was made for batch ' .. batch .. ', which has no record.',
      'a person must decide: restore the batch, or leave it')
  elseif not redis.call('ZSCORE', key .. ':orders', id) then
    differs(key .. ':orders', 'It lacks order ' .. id .. ', which was made for it.', 'adds it',
      function() redis.call('ZADD', key .. ':orders', 0, id) end)
  end
end
