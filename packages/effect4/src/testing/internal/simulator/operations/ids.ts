// Generated from packages/testing/src/internal/simulator/operations/ids.ts by scripts/effect4: change that file.
/**
 * Ids and times of answers that depend on the seed and the request alone.
 */
import { beijing } from "../answers/serviceErrors.js"
import { type Json, stringifySorted } from "../json.js"
import * as Random from "../random.js"
import type { Incoming } from "./operation.js"
import { numbered } from "./store.js"

/** 2026-01-01 in Beijing; answers are created within the year that follows. */
const firstCreated = Date.UTC(2025, 11, 31, 16) / 1000

/** @internal */
export const randomOf = ({ body, params, query, seed }: Incoming): Random.Random => {
  const { request_id: _, user_id: __, ...asked } = body
  return Random.make(`${seed}\n${stringifySorted({ asked, params, query: query.toString() })}`)
}

/** `id`, `created` and `request_id`, as most answers have them. @internal */
export const answerIds = (incoming: Incoming): Json & { readonly id: string; readonly created: number } => {
  const random = randomOf(incoming)
  const created = firstCreated + random.below(365 * 86_400)
  const { date, time } = beijing(created * 1000)
  const id = (date + time).replace(/\D/g, "") + random.hex(16)
  const requestId = incoming.body["request_id"]
  return { id, created, request_id: typeof requestId === "string" ? requestId : id }
}

/** An id that counts up, with the day in front: `20260101_0000000001`. @internal */
export const countedId = (incoming: Incoming, prefix: string): string => numbered(prefix, incoming.store.next())
