/** What runs inside of Redis, each script as one step that no other client can come between. */

/**
 * One script for everything about leases: a process tells what has changed (`gone`, `held`, `waiting`), or all it has, and
 * learns which of the calls it named as waiting hold a lease now. Telling the same twice changes nothing, so a command whose
 * answer was lost is simply sent again.
 *
 * - KEYS: all leases, tickets that are alive, the counter of tickets; then for each group its queue and its leases.
 * - ARGV: how long a lease lasts, the limit of all groups, the prefix of the channels, the number of groups, the limit of
 *   each group (-1 for none); then triples of what happened, to which id, in which group.
 *
 * A ticket in a queue and a lease are one id that expires: a process that was killed renews neither. Whoever calls hands
 * out what came free, to the oldest ticket of all processes that its group has room for. It takes the lease of the group
 * and of all at once, so that nobody holds one while waiting for the other. All times are the server's.
 *
 * @internal
 */
export const leases = `
local leases, alive, counter = KEYS[1], KEYS[2], KEYS[3]
local duration, total, channel, groups = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local limits, queues, held = {}, {}, {}
for g = 1, groups do
  limits[g] = tonumber(ARGV[4 + g])
  queues[g] = KEYS[2 + 2 * g]
  held[g] = KEYS[3 + 2 * g]
end
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local expiry = now + duration

redis.call("ZREMRANGEBYSCORE", leases, "-inf", now)
redis.call("ZREMRANGEBYSCORE", alive, "-inf", now)
for g = 1, groups do
  redis.call("ZREMRANGEBYSCORE", held[g], "-inf", now)
end

local function grant(id, g, until_)
  redis.call("ZREM", queues[g], id)
  redis.call("ZREM", alive, id)
  redis.call("ZADD", leases, until_, id)
  redis.call("ZADD", held[g], until_, id)
end

local asked, waiting = {}, {}
local i = 5 + groups
while ARGV[i] do
  local what, id, g = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  if what == "gone" then
    redis.call("ZREM", queues[g], id)
    redis.call("ZREM", alive, id)
    redis.call("ZREM", leases, id)
    redis.call("ZREM", held[g], id)
  elseif what == "held" or redis.call("ZSCORE", leases, id) then
    grant(id, g, expiry)
  else
    if not redis.call("ZSCORE", queues[g], id) then
      redis.call("ZADD", queues[g], redis.call("INCR", counter), id)
    end
    redis.call("ZADD", alive, expiry, id)
  end
  if what == "waiting" then
    asked[id] = true
    waiting[#waiting + 1] = id
  end
  i = i + 3
end

local function first(g)
  while true do
    local head = redis.call("ZRANGE", queues[g], 0, 0, "WITHSCORES")
    if not head[1] then return nil end
    if redis.call("ZSCORE", alive, head[1]) then return head[1], tonumber(head[2]) end
    redis.call("ZREM", queues[g], head[1])
  end
end

while total < 0 or redis.call("ZCARD", leases) < total do
  local next, group, number
  for g = 1, groups do
    if limits[g] < 0 or redis.call("ZCARD", held[g]) < limits[g] then
      local id, order = first(g)
      if id and (not number or order < number) then
        next, group, number = id, g, order
      end
    end
  end
  if not next then break end
  -- Not longer than the ticket: a process that is dead already holds it no longer than one that dies now.
  grant(next, group, redis.call("ZSCORE", alive, next))
  if not asked[next] then
    redis.call("PUBLISH", channel .. string.match(next, "^[^:]*"), next)
  end
end

for k = 1, #KEYS do
  redis.call("PEXPIRE", KEYS[k], duration * 3)
end

local granted = {}
for k = 1, #waiting do
  if redis.call("ZSCORE", leases, waiting[k]) then
    granted[#granted + 1] = waiting[k]
  end
end
return granted
`

/**
 * Counts a request for all of its rates, or for none where one of them has no room: what is not sent now takes no place of what is.
 *
 * - KEYS: the counter of each rate.
 * - ARGV: for each, whether it is a `fixed-window` or a `token-bucket`, milliseconds until one comes back, the limit.
 *
 * Gives for each how many milliseconds it has no room for; only where all are 0 has the request been counted.
 *
 * @internal
 */
export const rates = `
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local waits, counts, hasRoom = {}, {}, true

for k = 1, #KEYS do
  local refill, limit = tonumber(ARGV[3 * k - 1]), tonumber(ARGV[3 * k])
  local wait = 0
  if ARGV[3 * k - 2] == "token-bucket" then
    local tokens = tonumber(redis.call("HGET", KEYS[k], "tokens") or limit)
    local last = tonumber(redis.call("HGET", KEYS[k], "at") or now)
    local back = math.floor((now - last) / refill)
    if back > 0 then
      tokens = math.min(tokens + back, limit)
      last = last + back * refill
    end
    if tokens < 1 then wait = math.max(1, (1 - tokens) * refill - math.max(0, now - last)) end
    counts[k] = function()
      redis.call("HSET", KEYS[k], "tokens", tostring(tokens - 1), "at", tostring(last))
      redis.call("PEXPIRE", KEYS[k], math.ceil(refill * (limit - tokens + 2)))
    end
  else
    local count = tonumber(redis.call("GET", KEYS[k]) or "0") + 1
    local ttl = math.max(0, redis.call("PTTL", KEYS[k]))
    if count > limit then wait = math.max(1, ttl) end
    counts[k] = function()
      -- A window does not divide by every limit, and PX takes whole milliseconds alone.
      redis.call("SET", KEYS[k], count, "PX", math.ceil(ttl + refill))
    end
  end
  if wait > 0 then hasRoom = false end
  waits[k] = math.ceil(wait)
end

if hasRoom then
  for k = 1, #KEYS do counts[k]() end
end
return waits
`
