-- Makes a delivery of a test event for one endpoint.
-- KEYS[1] the endpoint   ARGV[3] its id, [4] the event's
-- Answers {'made', id of the delivery} or {'gone' | 'off', ''}
local id = ARGV[3]
local e = values(KEYS[1], {'enabled', 'url', 'version', 'failures', 'resume_at'})
if not e.url then return {'gone', ''} end
if e.enabled ~= '1' then return {'off', ''} end
local ping = {id = ARGV[4], type = 'ping', subject = id, kind = '', state = '', version = e.version, at = ms(T)}
local made = make_delivery(id, ping)
note_undelivered()
schedule(id, e)
return {'made', made}
