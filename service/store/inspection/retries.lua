-- Holds the links between an order and the one that takes up its failed numbers again.

-- The order that this one retries must name it, or another that retries it; it may have been purged before.
local function check_retries(id, r)
  local source = r.retries and values(order_key(r.retries), {'state', 'retried_by'})
  if not source or not source.state or source.retried_by == id then return end
  local other = source.retried_by
  if other and redis.call('HGET', order_key(other), 'retries') == r.retries then return end
  differs(order_key(r.retries), 'It is retried by order ' .. id .. ' and does not say so.', 'names it',
    function() redis.call('HSET', order_key(r.retries), 'retried_by', id) end)
end

local function check_retried_by(id, r)
  if not r.retried_by or redis.call('HGET', order_key(r.retried_by), 'retries') == id then return end
  differs(order_key(id), 'Order ' .. r.retried_by .. ' does not retry it.', 'removes it',
    function() redis.call('HDEL', order_key(id), 'retried_by') end)
end
