/** Calls that never happened, told to an observer. */
import { type CallObserver, ZhipuError } from "@effect-zhipu/client"
import { Clock, Effect } from "effect"

export interface Some extends Partial<CallObserver.CallEnd> {
  /** How many attempts failed, each with a `ServerError`. */
  readonly failures?: number
  readonly model?: string
  /** Runs between the start and the end. */
  readonly during?: Effect.Effect<void>
}

/** A call that ends now, or after what runs in between. */
export const call = (observer: CallObserver.CallObserver, some: Some): Effect.Effect<void> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { during = Effect.void, failures = 0, model = "glm-4.6", ...given } = some
    const end: CallObserver.CallEnd = {
      outcome: "success",
      error: undefined,
      errorType: undefined,
      attempts: 1,
      durationMillis: 0,
      queuedMillis: 0,
      pausedMillis: 0,
      firstChunkMillis: undefined,
      responseId: undefined,
      responseModel: undefined,
      finishReasons: [],
      usage: undefined,
      requestId: undefined,
      cost: undefined,
      key: undefined,
      ...given
    }
    const listener = observer.start({
      operation: "chat",
      model,
      stream: true,
      serverAddress: "127.0.0.1",
      serverPort: 80,
      startedAt: now - end.durationMillis
    })
    yield* during
    const error = new ZhipuError.ServerError({ message: "It failed." })
    for (let attempt = 1; attempt <= failures; attempt++) {
      listener?.attemptFailed?.({ attempt, error, elapsedMillis: end.durationMillis })
    }
    yield* listener?.ended?.(end) ?? Effect.void
  })
