-- Endpoints that are subscriptions: made through the XML front, told in notifications, for as long as they live.

-- Its life in ms as the time of its end. fields {life}
local function with_end(fields)
  if fields.life then fields.expires_at = ms(T + fields.life) end
  fields.life = nil
  return fields
end

-- Another one that lives and would tell the same, or nil. given {url, kinds, order_id}
local function same_subscription(id, given)
  for _, other in ipairs(redis.call('ZRANGE', P .. 'endpoints', 0, -1)) do
    local e = values(endpoint_key(other), {'format', 'url', 'kinds', 'order_id', 'expires_at'})
    local same = e.format and e.url == given.url and e.kinds == given.kinds
      and (e.order_id or '') == (given.order_id or '')
    if same and other ~= id and not has_expired(e) then return other end
  end
end
