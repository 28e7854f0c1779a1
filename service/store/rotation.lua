-- What a rotation makes of two secrets. Shared by the scripts that change endpoints and clients.
-- Whoever has lost the answer to a rotation repeats it, and nobody has the secret that it made. So a rotation that
-- follows another so closely takes that one's place, and the secret that was in use before both stays the one before.
local REPEATED_MS = 600000  -- ten minutes

-- r {secret, previous_secret, previous_until, rotated_at}, as they are kept
-- Returns the fields as they are to be, and whether another rotation was replaced. A secret that has ended stays so.
local function rotated(r, secret, overlap_ms)
  local lives = tonumber(r.previous_until or 0) > T
  local replaces = lives and T - tonumber(r.rotated_at or 0) < REPEATED_MS
  return {secret = secret, rotated_at = ms(T), previous_secret = replaces and r.previous_secret or r.secret,
    previous_until = ms(T + overlap_ms)}, replaces
end
