// Generated from packages/testing/src/Cassette.ts by scripts/effect4: change that file.
/**
 * Records what goes over the wire into a file, and answers from it later: tests of programs that talk to the service,
 * without a network, a key or a cost, with the service's own answers, its errors, cuts and pauses.
 *
 * A cassette is one JSON document, made to be committed and to be read in a diff:
 *
 * ```text
 * {
 *   "version": 1,
 *   "exchanges": [
 *     {
 *       "request": { "method": "POST", "url": "https://…/chat/completions", "headers": { … }, "body": { … } },
 *       "response": { "ms": 120, "status": 200, "headers": { "content-type": "text/event-stream" } },
 *       "body": [
 *         [130, "data: {…}\n\n"],
 *         [155, "data: [DONE]\n\n"]
 *       ],
 *       "end": { "ms": 156, "how": "whole" }
 *     }
 *   ]
 * }
 * ```
 *
 * Of a form that was sent, `body` of the request holds its texts, and files by name, size and hash.
 *
 * `body` holds the reads of the wire, each with the milliseconds since the request; bytes that are no UTF-8 stand as
 * `{"base64": "…"}`. `end` says how it ended: `whole`, `broken` with the message of the transport, or `interrupted` by
 * whoever read it. `response` is absent where none came. Exchanges that ran at once stand in the order of their beginning.
 *
 * **What is in it.** Prompts and answers are: look at them before you publish a cassette. Keys are not. Of the headers only
 * a few harmless ones are written, of a query only the names, and a key that is repeated in a body, a path or an error is
 * replaced by `<redacted>`: whole, in halves, masked from its middle on, percent-encoded, escaped, within base64, in
 * hexadecimal digits, backwards, cut by the network, and the tokens that were signed with it. What the headers and parameters carry whose names say so counts as a
 * key (`authorization`, `cookie`, `x-gateway-key`, `access_token`). Where tokens are sent, the secret half of their key is
 * known from the environment (`ZHIPU_API_KEY` and the other names that the client reads) or from `secrets`.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as ZhipuConfig from "../ZhipuConfig.js"
import { CassetteError } from "./internal/cassette/errors.js"
import * as File from "./internal/cassette/file.js"
import type { Recording } from "./internal/cassette/format.js"
import type { ReplayOptions } from "./internal/cassette/player.js"
import * as Player from "./internal/cassette/player.js"
import * as Recorder from "./internal/cassette/recorder.js"
import * as Server from "./internal/cassette/serve.js"

export type { Exchange, Recording } from "./internal/cassette/format.js"
export type { Request } from "./internal/cassette/matching.js"
export type { ReplayOptions, Timing } from "./internal/cassette/player.js"
export {
  /**
   * A cassette that cannot be used, by `reason`: `NotFound`, `Unreadable`, `Unwritable`, `Malformed` (edited into something
   * that is none) or `Version`; and a request that it cannot answer: `Mismatch`, or `Exhausted` where it was made more
   * often than it was recorded. `path` is the file; the message says what to do, and holds no prompt.
   *
   * @since 0.1.0
   * @category errors
   */
  CassetteError
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RecordOptions {
  /** Keys that must not be written, besides those that are sent and those of the environment. */
  readonly secrets?: ReadonlyArray<string | Redacted.Redacted> | undefined
  /** Further headers to write, of requests and of responses. Those that carry keys are never written. */
  readonly headers?: ReadonlyArray<string> | undefined
}

/**
 * `auto` replays where the file is there, and records where it is not.
 *
 * @since 0.1.0
 * @category models
 */
export type Mode = "auto" | "record" | "replay"

/**
 * Reads a cassette.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read: (path: string) => Effect.Effect<Recording, CassetteError, FileSystem.FileSystem> = File.read

const redactedValue = (secret: string | Redacted.Redacted): string =>
  typeof secret === "string" ? secret : Redacted.value(secret)

const keysOfEnvironment: Effect.Effect<ReadonlyArray<string>> = Effect.forEach(ZhipuConfig.keyVariables, ({ name }) =>
  Effect.orElseSucceed(Config.withDefault(Config.String(name), ""), () => "")
)

/**
 * Records every request that goes through the HTTP client beneath, and its answer, into a file.
 *
 * Everything is kept in memory, and the file is written when the layer is released, also where the program fails or is
 * interrupted, and as a whole: it replaces one that is there, unless nothing was sent. An answer that is still on its way
 * then is recorded as `interrupted`. Fails with `CassetteError` (`Unwritable`) at once where the folder cannot be made, or
 * where another layer of the program is recording the same file; a file that cannot be written in the end is logged as an
 * error.
 *
 * @example
 * ```ts
 * import { Zhipu } from "@effect-zhipu/effect4"
 * import { Cassette } from "@effect-zhipu/effect4/testing"
 * import { FetchHttpClient } from "effect/http"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * export const recorded = Zhipu.layerConfig().pipe(
 *   Layer.provide(Cassette.layerRecord("test/cassettes/weather.json")),
 *   Layer.provide([FetchHttpClient.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRecord = (
  path: string,
  options: RecordOptions = {}
): Layer.Layer<HttpClient.HttpClient, CassetteError, HttpClient.HttpClient | FileSystem.FileSystem> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const secrets = [...(options.secrets ?? []).map(redactedValue), ...(yield* keysOfEnvironment)]
      yield* File.prepare(path)
      yield* File.reserve(path)
      const { client, recording } = Recorder.make(yield* HttpClient.HttpClient, {
        headers: options.headers ?? [],
        secrets: secrets.map((secret) => secret.trim())
      })
      yield* Effect.addFinalizer(() =>
        Effect.flatMap(recording, (recording) =>
          recording.exchanges.length === 0 ? Effect.void : File.write(path, recording)
        ).pipe(
          Effect.catch((error) => Effect.logError(error.message)),
          Effect.provideService(FileSystem.FileSystem, files)
        )
      )
      return client
    })
  )

/**
 * A client that answers from a recording in memory: one that was read, or changed. See `layerReplay`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeReplay = (recording: Recording, options: ReplayOptions = {}): HttpClient.HttpClient =>
  Player.client(Player.make(recording, "in memory", options))

/**
 * Answers from a cassette, and sends nothing. Equal requests get their answers in the order of the recording.
 *
 * Fails with `CassetteError` where the file cannot be used. A request that has no answer in it fails as a refused status
 * (`ResponseError` with a `CassetteError` as its cause, which says where the nearest one differs); of that the client
 * makes an `InvalidRequestError` with the code `cassette`, which is never sent again. Where the recorded reader left in the
 * middle of an answer, the replay falls silent there, so that deadlines and interruption do what they did.
 *
 * @example
 * ```ts
 * import { Message, Zhipu, ZhipuChat } from "@effect-zhipu/effect4"
 * import { Cassette } from "@effect-zhipu/effect4/testing"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const replayed = Zhipu.layer({ apiKey: Redacted.make("any.key") }).pipe(
 *   Layer.provide(Cassette.layerReplay("test/cassettes/weather.json")),
 *   Layer.provide(NodeFileSystem.layer)
 * )
 *
 * export const program = ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *   Effect.provide(replayed)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerReplay = (
  path: string,
  options: ReplayOptions = {}
): Layer.Layer<HttpClient.HttpClient, CassetteError, FileSystem.FileSystem> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(read(path), (recording) => Player.client(Player.make(recording, path, options)))
  )

/** Set to nothing counts as not set, as CI systems leave it. */
const configuredMode: Config.Config<Mode> = Config.withDefault(
  Config.map(Config.Literals(["auto", "record", "replay", ""], "ZHIPU_CASSETTE"), (mode) => mode || "auto"),
  "auto"
)

/**
 * Replays a cassette that is there, and records one that is not: the first run of a test asks the service, every further
 * one the file. Delete the file to record it again.
 *
 * Build it once for all that a file is for: built a second time, it finds the file that it wrote the first time, and
 * replays that.
 *
 * `mode` says otherwise; without it `ZHIPU_CASSETTE` does (`auto`, `record` or `replay`). Set that to `replay` where nothing
 * must be sent, as in CI.
 *
 * @example
 * ```ts
 * import { Zhipu } from "@effect-zhipu/effect4"
 * import { Cassette } from "@effect-zhipu/effect4/testing"
 * import { FetchHttpClient } from "effect/http"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Layer } from "effect"
 *
 * export const live = Zhipu.layerConfig().pipe(
 *   Layer.provide(Cassette.layer("test/cassettes/weather.json")),
 *   Layer.provide([FetchHttpClient.layer, NodeFileSystem.layer])
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  path: string,
  options: RecordOptions & ReplayOptions & { readonly mode?: Mode | undefined } = {}
): Layer.Layer<
  HttpClient.HttpClient,
  CassetteError | Config.ConfigError,
  HttpClient.HttpClient | FileSystem.FileSystem
> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const mode = options.mode ?? (yield* configuredMode)
      const replays = mode === "replay" || (mode === "auto" && (yield* File.exists(path)))
      return replays ? layerReplay(path, options) : layerRecord(path, options)
    })
  )

/**
 * Answers from a cassette over HTTP, for programs in any language and in other processes, until the scope closes. Every
 * key is accepted; a request that has no answer gets status 400 and the code `cassette`. Connections that broke off are
 * broken off again.
 *
 * `baseUrl` goes where a client takes its base URL. Defaults: any free port of 127.0.0.1, and `repeat`, as a server outlives
 * the programs that ask it. Time is real, also under a test clock.
 *
 * @since 0.1.0
 * @category constructors
 */
export const serve = (
  path: string,
  options: ReplayOptions & {
    readonly port?: number | undefined
    readonly host?: string | undefined
    /** Which `Host` headers are answered; the others get 403. Default: all. */
    readonly acceptHost?: ((host: string) => boolean) | undefined
  } = {}
): Effect.Effect<
  { readonly baseUrl: string; readonly port: number },
  CassetteError | ServeError,
  Scope.Scope | FileSystem.FileSystem
> =>
  Effect.flatMap(read(path), (recording) =>
    Server.serve(recording, Player.make(recording, path, { ...options, repeat: options.repeat ?? true }), {
      acceptHost: options.acceptHost,
      host: options.host ?? "127.0.0.1",
      port: options.port ?? 0
    })
  )
