-- Makes a delivery that has ended due again, with the same id.
-- KEYS[1] the delivery   ARGV[3] its id, [4] its endpoint
-- Answers replayed | waits | off | gone
local id, endpoint = ARGV[3], ARGV[4]
local d = values(KEYS[1], {'endpoint', 'status', 'type', 'format', 'subject', 'version', 'tries'})
local e = values(endpoint_key(endpoint), {'url', 'enabled', 'failures', 'resume_at'})
if not e.url or not d.status or d.endpoint ~= endpoint then return 'gone' end
if d.status == 'waiting' then return 'waits' end
if e.enabled ~= '1' then return 'off' end
revive(id, endpoint, d)
note_undelivered()
schedule(endpoint, e)
count('delivery.replayed')
return 'replayed'
