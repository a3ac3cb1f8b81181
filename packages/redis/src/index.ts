/**
 * Answers of `ZhipuCache` that many processes share, and that outlive them, in Redis.
 *
 * Redis forgets an answer when its time is over, or earlier where its memory is full and it is told to (`maxmemory-policy`). While it does
 * not answer, nothing is kept: the cache asks the service. Its keys are hashes; what it holds are answers as JSON, neither API keys
 * nor prompts.
 *
 * @since 0.1.0
 */
export * as RedisCache from "./RedisCache.js"

/**
 * Limits that many processes share: requests in flight and requests per time, counted in Redis.
 *
 * The layer takes the place of `ZhipuLimits.layer` of the client. A request in flight holds a lease, which its process renews
 * while the stream runs and gives back when it ends; the leases of a process that was killed expire. Calls that have to
 * wait stand in one queue of all processes, and pass in the order in which they came.
 *
 * What to know about leases:
 *
 * - After SIGKILL or a crash, a lease is free again within `leaseDuration` and one second.
 * - A process that stalls for longer than `leaseDuration` loses its leases, and others get them. Its requests are not cut off:
 *   when it goes on, it registers them again, and no new one starts until the limit is kept again.
 * - The same holds for a Redis server that lost its data: the limit can be exceeded, by as many requests as were in flight,
 *   until the processes have registered again, which they do as soon as they are connected.
 * - The clock of a process plays no part: it may be set back or forth. The clock of Redis does: set forth, it ends the leases
 *   of that moment, which are then registered again as above.
 *
 * @since 0.1.0
 */
export * as RedisLimits from "./RedisLimits.js"
