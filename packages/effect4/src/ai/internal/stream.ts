// Generated from packages/ai/src/internal/stream.ts by scripts/effect4: change that file.
/**
 * A stream of events as a stream of parts, in one stage.
 *
 * Hot. A batch of events, which is what one read of the network brought, becomes one batch of parts, synchronously.
 * Deltas of the same part that came in one batch become one delta: nobody has seen them apart, and `effect/ai`
 * decodes every part by Schema, which costs more than everything else here.
 */
import { brokenReason, damages } from "@effect-zhipu/protocol/internal/decoding/callSafety"
import type * as AiError from "effect/ai/AiError"
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { ContentFilter, FunctionCall, Usage, WebSearchResult } from "../../ChatCompletion.js"
import type { ChunkEvent, Warning } from "../../ChunkEvent.js"
import type { ZhipuError } from "../../ZhipuError.js"
import { type Context, endingParts, metadataPart, sourceParts } from "./answer.js"
import { fromZhipu, malformedOutput } from "./errors.js"

type Part = Response.StreamPartEncoded

/** @internal */
export const toParts = (
  events: Stream.Stream<ChunkEvent, ZhipuError>,
  context: Context
): Stream.Stream<Part, AiError.AiError> =>
  Stream.suspend(() => {
    const mapper = makeMapper(context)
    return Stream.transformPull(events, (upstream) =>
      Effect.sync(() => {
        let failure: AiError.AiError | undefined
        const read: Pull.Pull<Arr.NonEmptyReadonlyArray<Part>, AiError.AiError> = Effect.suspend(
          (): Pull.Pull<Arr.NonEmptyReadonlyArray<Part>, AiError.AiError> => {
            if (failure !== undefined) return Effect.fail(failure)
            return Pull.matchEffect(upstream, {
              onSuccess: (batch) => {
                const { error, parts } = mapper.map(batch)
                failure = error
                return Arr.isArrayNonEmpty(parts) ? Effect.succeed(parts) : read
              },
              onFailure: (cause) => Effect.failCause(Cause.map(cause, fromZhipu(context.method))),
              onDone: (): Pull.Pull<never, AiError.AiError> =>
                mapper.hasFinished()
                  ? Cause.done()
                  : Effect.fail(
                      malformedOutput(context.method, "The answer ended without a finish reason: it is not whole.")
                    )
            })
          }
        )
        return read
      })
    )
  })

interface Mapped {
  readonly parts: Array<Part>
  /** Follows the parts. */
  readonly error: AiError.AiError | undefined
}

interface Mapper {
  readonly map: (events: Iterable<ChunkEvent>) => Mapped
  readonly hasFinished: () => boolean
}

/** A delta of the batch that is being mapped, which may still grow. */
interface Delta {
  readonly type: "text-delta" | "reasoning-delta" | "tool-params-delta"
  readonly id: string
  delta: string
}

const makeMapper = (context: Context): Mapper => {
  let parts: Array<Part> = []
  let error: AiError.AiError | undefined
  let last: Delta | undefined
  let open: { readonly kind: "text" | "reasoning"; readonly id: string } | undefined
  let opened = 0
  let finished = false
  /** GLM gives one choice; of more than one, the first is read. */
  let choice: number | undefined
  let id: string | undefined
  let usage: Usage | undefined
  let searched: ReadonlyArray<WebSearchResult> | undefined
  let contentFilter: ReadonlyArray<ContentFilter> | undefined
  let broken: Warning | undefined
  const params = new Map<number, string>()
  const calls: Array<FunctionCall> = []
  const otherCalls: Array<unknown> = []
  const warnings: Array<Warning> = []

  const push = (part: Part): void => {
    last = undefined
    parts.push(part)
  }

  const grow = (type: Delta["type"], id: string, text: string): void => {
    if (last !== undefined && last.id === id && last.type === type) {
      last.delta += text
      return
    }
    last = { type, id, delta: text }
    parts.push(last)
  }

  const close = (): void => {
    if (open === undefined) return
    push({ type: `${open.kind}-end`, id: open.id })
    open = undefined
  }

  const write = (kind: "text" | "reasoning", text: string): void => {
    if (open === undefined || open.kind !== kind) {
      close()
      open = { kind, id: `${kind}_${opened++}` }
      push({ type: `${kind}-start`, id: open.id })
    }
    grow(`${kind}-delta`, open.id, text)
  }

  const isOther = (index: number): boolean => {
    choice ??= index
    return index !== choice
  }

  const finish = (reason: string): void => {
    finished = true
    close()
    const ending = endingParts(context, {
      id,
      reason,
      calls,
      broken: broken ?? warnings.find(({ code }) => damages(code, calls)),
      otherCalls,
      searched,
      usage,
      contentFilter,
      warnings
    })
    if (Result.isFailure(ending)) {
      error = ending.failure
      return
    }
    // Everything that runs a handler is in the last batch: while one runs, nothing more has to be read.
    for (const id of params.values()) push({ type: "tool-params-end", id })
    for (const part of ending.success) push(part)
  }

  const add = (event: ChunkEvent): void => {
    switch (event._tag) {
      case "ContentDelta":
        return isOther(event.choice) ? undefined : write("text", event.text)
      case "ReasoningDelta":
        return isOther(event.choice) ? undefined : write("reasoning", event.text)
      case "ToolCallDelta": {
        const call = isOther(event.choice) ? undefined : params.get(event.index)
        return call === undefined ? undefined : grow("tool-params-delta", call, event.arguments)
      }
      case "ToolCallStarted": {
        if (isOther(event.choice)) return
        close()
        params.set(event.index, event.id)
        return push({ type: "tool-params-start", id: event.id, name: event.name })
      }
      case "ToolCallCompleted": {
        if (!isOther(event.choice)) calls.push({ id: event.id, name: event.name, arguments: event.arguments })
        return
      }
      case "Started": {
        id = event.id
        return push(metadataPart(context, { id, model: event.model, created: event.created }))
      }
      case "WebSearch": {
        for (const source of sourceParts(event.results, searched?.length ?? 0)) push(source)
        searched = searched === undefined ? event.results : [...searched, ...event.results]
        return
      }
      case "Usage": {
        usage = event.usage
        return
      }
      case "Extra":
        return extra(event.fields, event.choice)
      case "Warning": {
        if (brokenReason(event.code) !== undefined) broken ??= event
        else warnings.push(event)
        return
      }
      case "Finished":
        return isOther(event.choice) ? undefined : finish(event.reason)
    }
  }

  const extra = (fields: Readonly<Record<string, unknown>>, index: number | undefined): void => {
    const { content_filter: filter, tool_calls: toolCalls } = fields
    if (index !== undefined && isOther(index)) return
    if (Array.isArray(toolCalls)) otherCalls.push(...toolCalls)
    if (Array.isArray(filter)) contentFilter = filter
  }

  return {
    map: (events) => {
      parts = []
      last = undefined
      for (const event of events) {
        if (finished) break
        add(event)
      }
      return { parts, error }
    },
    hasFinished: () => finished
  }
}
