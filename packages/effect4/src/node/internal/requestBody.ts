// Generated from packages/node/src/internal/requestBody.ts by scripts/effect4: change that file.
/** The body of a request as undici takes it. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpBody from "effect/http/HttpBody"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import type * as Undici from "undici/index.js"
import { FormData as UndiciFormData } from "./undici.js"

/** @internal */
export type Body = Exclude<Undici.Dispatcher.DispatchOptions["body"], undefined>

/** undici encodes its own forms only, and that of the runtime is another class. */
const formData = (form: FormData | Undici.FormData): Undici.FormData => {
  if (form instanceof UndiciFormData) return form
  const own = new UndiciFormData()
  for (const [name, value] of form) {
    if (typeof value === "string") own.append(name, value)
    else own.append(name, value, value.name)
  }
  return own
}

/**
 * Everything but streams goes over as it is: undici checks it, and fails the request where it cannot send it.
 *
 * @internal
 */
export const plain = (body: Exclude<HttpBody.HttpBody, HttpBody.Stream>): Body => {
  switch (body._tag) {
    case "Empty":
      return null
    case "Raw":
      return body.body as Body
    case "Uint8Array":
      return body.body
    case "FormData":
      return formData(body.formData)
  }
}

/**
 * A stream starts with the first read, waits while the socket is full, and is interrupted with the request.
 *
 * @internal
 */
export const streamed = (body: HttpBody.Stream): Effect.Effect<Readable> =>
  Effect.map(Effect.context(), (runtime) => {
    let started = false
    let wanted = false
    let interrupt: (() => void) | undefined
    let wake: ((done: Effect.Effect<void>) => void) | undefined

    const push = (chunk: ReadonlyArray<Uint8Array>): Effect.Effect<void> => {
      let room = true
      wanted = false
      for (const bytes of chunk) if (bytes.length > 0) room = readable.push(bytes)
      return room || wanted ? Effect.void : untilWanted
    }

    const untilWanted = Effect.callback<void>((resume) => {
      if (wanted) return resume(Effect.void)
      wake = resume
    })

    const readable = new Readable({
      read: () => {
        wanted = true
        const resume = wake
        wake = undefined
        resume?.(Effect.void)
        if (started) return
        started = true
        const pushed = Effect.interruptible(Stream.runForEachArray(Stream.orDie(body.stream), push))
        interrupt = Effect.runCallbackWith(runtime)(pushed, {
          onExit: (exit) => {
            if (Exit.isSuccess(exit)) readable.push(null)
            else readable.destroy(errorOf(exit.cause))
          }
        })
      },
      destroy: (error, done) => {
        interrupt?.()
        done(error)
      }
    })
    return readable
  })

const errorOf = (cause: Cause.Cause<never>): Error => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error : new Error("the body of the request failed", { cause: error })
}
