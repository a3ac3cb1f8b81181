/** The functions of this package against the simulator, over real sockets. */
import { RetryPolicy, Zhipu, type ZhipuConfig } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { it } from "@effect/vitest"
import { Effect, FiberRef, Layer, type Scope } from "effect"

/** Faults of the requests that the current fiber sends. */
const requestFaults = FiberRef.unsafeMake("")

export const withFaults = (faults: string) => Effect.locally(requestFaults, faults)

/** Brings them to the simulator. */
export const sendFaults = HttpClient.mapRequestEffect((request: HttpClientRequest.HttpClientRequest) =>
  Effect.map(FiberRef.get(requestFaults), (faults) =>
    faults === "" ? request : HttpClientRequest.setHeader(request, "x-zhipu-fault", faults)
  )
)

export const serviceLayer = (simulator: Simulator.Options = {}, client: Partial<ZhipuConfig.Options> = {}) =>
  Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
      Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none, transformClient: sendFaults, ...client })
    )
  ).pipe(
    Layer.provideMerge(UndiciHttpClient.layer),
    Layer.provideMerge(Simulator.layer({ ...simulator })),
    Layer.provideMerge(NodeContext.layer)
  )

/** What the simulator was asked since the last look. */
export const asked = Effect.gen(function* () {
  const simulator = yield* Simulator.Simulator
  const requests = yield* simulator.requests
  yield* simulator.reset
  return requests
})

/** Tests over a simulator and a client of their own, on the real clock: the network does not wait for a test to move time on. */
export const over =
  (layer: ReturnType<typeof serviceLayer>) =>
  (
    tests: (
      test: <E>(name: string, body: Effect.Effect<void, E, Layer.Layer.Success<typeof layer> | Scope.Scope>) => void
    ) => void
  ): void =>
    tests((name, body) => it.live(name, () => Effect.provide(Effect.scoped(body), layer)))
